// Pieces of JSON written at once, where RapidJSON goes character by character. Include it in .cpp files only.
#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace mpac::protocol {

/// A value that is JSON already. `buffer` is the one that `out` writes to.
inline void write_raw(rapidjson::Writer<rapidjson::StringBuffer>& out, rapidjson::StringBuffer& buffer,
                      std::string_view json, rapidjson::Type type = rapidjson::kObjectType) {
  out.RawValue("", 0, type); // what separates it from the value before
  std::memcpy(buffer.Push(json.size()), json.data(), json.size());
}

/// A text, as a name or a value.
inline void write_text(rapidjson::Writer<rapidjson::StringBuffer>& out, rapidjson::StringBuffer& buffer,
                       std::string_view text) {
  const auto is_special = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; };
  if (std::any_of(text.begin(), text.end(), is_special)) {
    out.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
    return;
  }
  out.RawValue("", 0, rapidjson::kStringType);
  char* to = buffer.Push(text.size() + 2);
  *to = '"';
  std::memcpy(to + 1, text.data(), text.size());
  to[text.size() + 1] = '"';
}

} // namespace mpac::protocol
