#include "protocol/wire/refusal_extensions.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <chrono>
#include <string_view>

namespace mpac::protocol {
namespace {

using writer = rapidjson::Writer<rapidjson::StringBuffer>;

void put(writer& out, std::string_view name, std::string_view value) {
  out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

json_text text_of(const rapidjson::StringBuffer& buffer) {
  return {std::string(buffer.GetString(), buffer.GetSize())};
}

} // namespace

json_text retry_after_json(base::duration remaining) {
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(remaining);
  rapidjson::StringBuffer buffer;
  writer out(buffer);
  out.StartObject();
  out.Key("retry_after_sec");
  out.Double(base::to_seconds(rounded));
  out.EndObject();
  return text_of(buffer);
}

json_text holders_json(const std::vector<const intent_record*>& holders) {
  rapidjson::StringBuffer buffer;
  writer out(buffer);
  out.StartObject();
  out.Key("holders");
  out.StartArray();
  for (const auto* holder : holders) {
    out.StartObject();
    put(out, "intent_id", holder->intent_id.str());
    put(out, "principal_id", holder->principal_id.str());
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
  return text_of(buffer);
}

} // namespace mpac::protocol
