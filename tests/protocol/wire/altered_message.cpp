#include "tests/protocol/wire/altered_message.hpp"

#include "protocol/wire/encoder.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace mpac::tests {

struct altered_message::document {
  rapidjson::Document json;

  /// The value at `steps`, or null where there is none.
  rapidjson::Value* at(const std::vector<std::string>& steps) {
    rapidjson::Value* value = &json;
    for (const auto& step : steps) {
      if (value->IsArray() && !value->Empty()) {
        value = &(*value)[0];
      } else {
        if (!value->IsObject() || !value->HasMember(step.c_str()))
          return nullptr;
        value = &(*value)[step.c_str()];
      }
    }
    return value;
  }
};

altered_message::altered_message(std::string_view text) : document_(std::make_unique<document>()) {
  document_->json.Parse(text.data(), text.size());
}
altered_message::altered_message(const protocol::envelope& message) : altered_message(protocol::to_json(message)) {}
altered_message::~altered_message() = default;

bool altered_message::remove(std::vector<std::string> steps) {
  const std::string name = steps.back();
  steps.pop_back();
  rapidjson::Value* around = document_->at(steps);
  return around && around->IsObject() && around->RemoveMember(name.c_str());
}

bool altered_message::replace(const std::vector<std::string>& steps, std::string_view json) {
  rapidjson::Value* value = document_->at(steps);
  if (!value)
    return false;
  rapidjson::Document other;
  other.Parse(json.data(), json.size());
  value->CopyFrom(other, document_->json.GetAllocator());
  return !other.HasParseError();
}

std::string altered_message::text() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  document_->json.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::optional<protocol::refusal> altered_message::refused(std::string_view text, protocol::strictness how) {
  protocol::decoder reader;
  const auto read = reader.decode(protocol::frame::of(text), how);
  if (read)
    return std::nullopt;
  return read.error();
}

} // namespace mpac::tests
