// Pieces of JSON written at once, where RapidJSON goes character by character.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

namespace mpac::protocol {

// `out` is a rapidjson::Writer on the rapidjson::StringBuffer `buffer`. Writing nothing of a kind brings what separates
// it from the value before.

/// A value that is JSON already.
template <class Writer, class Buffer, class Kind>
void write_raw(Writer& out, Buffer& buffer, Kind kind, std::string_view json) {
  out.RawValue("", 0, kind);
  std::memcpy(buffer.Push(json.size()), json.data(), json.size());
}

/// A text, as a name or a value. `kind` is the one of texts.
template <class Writer, class Buffer, class Kind>
void write_text(Writer& out, Buffer& buffer, Kind kind, std::string_view text) {
  const auto is_special = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; };
  if (std::any_of(text.begin(), text.end(), is_special)) {
    out.String(text.data(), static_cast<unsigned>(text.size()));
    return;
  }
  out.RawValue("", 0, kind);
  char* to = buffer.Push(text.size() + 2);
  *to = '"';
  std::memcpy(to + 1, text.data(), text.size());
  to[text.size() + 1] = '"';
}

} // namespace mpac::protocol
