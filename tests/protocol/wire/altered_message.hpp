// One message as a JSON document that a test takes something from, puts something wrong into, and has read.
#pragma once

#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tests {

class altered_message {
public:
  explicit altered_message(std::string_view text) { document_.Parse(text.data(), text.size()); }
  explicit altered_message(const protocol::envelope& message) : altered_message(protocol::to_json(message)) {}

  /// The value at `steps`, or null where there is none.
  rapidjson::Value* at(const std::vector<std::string>& steps) {
    rapidjson::Value* value = &document_;
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

  /// Takes a member out; false where there is none.
  bool remove(std::vector<std::string> steps) {
    const std::string name = steps.back();
    steps.pop_back();
    rapidjson::Value* around = at(steps);
    return around && around->IsObject() && around->RemoveMember(name.c_str());
  }

  /// Puts the value that `json` spells in the place of another; false where there is none.
  bool replace(const std::vector<std::string>& steps, std::string_view json) {
    rapidjson::Value* value = at(steps);
    if (!value)
      return false;
    rapidjson::Document other;
    other.Parse(json.data(), json.size());
    value->CopyFrom(other, document_.GetAllocator());
    return true;
  }

  [[nodiscard]] std::string text() const {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    document_.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
  }

  /// Why it is refused, or nothing.
  [[nodiscard]] std::optional<protocol::refusal> refused(protocol::strictness how) const {
    return refused(text(), how);
  }
  [[nodiscard]] static std::optional<protocol::refusal> refused(std::string_view text, protocol::strictness how) {
    protocol::decoder reader;
    const auto read = reader.decode(protocol::frame::of(text), how);
    if (read)
      return std::nullopt;
    return read.error();
  }

private:
  rapidjson::Document document_;
};

} // namespace mpac::tests
