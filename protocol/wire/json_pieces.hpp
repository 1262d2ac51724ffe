// Pieces of JSON written at once, where RapidJSON goes character by character.
#pragma once

#include <algorithm>
#include <cstdint>
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

/// Whether JSON has to escape something in a text. Eight characters at a time, or four: hardly any text has.
inline bool needs_escapes(std::string_view text) noexcept {
  const auto any_special = []<class Word>(const char* from, Word) {
    constexpr Word ones = static_cast<Word>(~Word{0}) / 0xff, tops = ones * 0x80;
    const auto any_below = [](Word bytes, Word bound) { return ((bytes - ones * bound) & ~bytes & tops) != 0; };
    Word bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return any_below(bytes, 0x20) || any_below(bytes ^ (ones * '"'), 1) || any_below(bytes ^ (ones * '\\'), 1);
  };
  const auto any_in = [&]<class Word>(Word word) { // the last word may lie over the one before
    for (std::size_t at = 0; at + sizeof word < text.size(); at += sizeof word)
      if (any_special(text.data() + at, word))
        return true;
    return any_special(text.data() + text.size() - sizeof word, word);
  };
  if (text.size() >= sizeof(std::uint64_t))
    return any_in(std::uint64_t{});
  if (text.size() >= sizeof(std::uint32_t))
    return any_in(std::uint32_t{});
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; });
}

/// A text that is known to need no escapes.
template <class Writer, class Buffer, class Kind>
void write_plain(Writer& out, Buffer& buffer, Kind kind, std::string_view text) {
  out.RawValue("", 0, kind);
  char* to = buffer.Push(text.size() + 2);
  *to = '"';
  std::memcpy(to + 1, text.data(), text.size());
  to[text.size() + 1] = '"';
}

/// A text, as a name or a value. `kind` is the one of texts.
template <class Writer, class Buffer, class Kind>
void write_text(Writer& out, Buffer& buffer, Kind kind, std::string_view text) {
  if (needs_escapes(text)) {
    out.String(text.data(), static_cast<unsigned>(text.size()));
    return;
  }
  write_plain(out, buffer, kind, text);
}

} // namespace mpac::protocol
