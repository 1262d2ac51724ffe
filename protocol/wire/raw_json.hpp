// Where things stand in the bytes of a JSON text: for what is carried, cut or added without rewriting the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mpac::protocol::raw_json {

// These functions find; they don't check. Given text that is no JSON they find something else or nothing, but never
// read outside it.

/// A piece of the text, from `begin` up to `end`.
struct range {
  std::size_t begin = 0, end = 0;

  [[nodiscard]] std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

/// One member of an object, and what to cut so that the object is whole without it: its comma goes too.
struct member {
  range value;
  range with_comma;
};

/// White space, as JSON knows it.
inline constexpr std::string_view space = " \n\r\t";
/// Where the text goes on, from `at` on, that is none; its end if nothing follows.
[[nodiscard]] std::size_t behind_space(std::string_view text, std::size_t at);

/// The first value in the text at or after `from`, white space skipped.
[[nodiscard]] std::optional<range> value_at(std::string_view text, std::size_t from);

/// The member `name` of the object that `object` spans; escapes in names are understood.
[[nodiscard]] std::optional<member> find_member(std::string_view text, range object, std::string_view name);

/// Entry number `index` of the array that `array` spans.
[[nodiscard]] std::optional<range> find_entry(std::string_view text, range array, std::size_t index);

/// What a JSON string's inside, as it stands in the text, means in UTF-8.
[[nodiscard]] std::string unescaped(std::string_view inside);

/// Appends a code point in UTF-8.
void append_utf8(std::string& to, std::uint32_t code);

/// Where an escaped surrogate stands without its partner, if there is one in this valid JSON text. (Parsers let some
/// of them through, and what is relayed would then break the receivers' ones.)
[[nodiscard]] std::optional<std::size_t> find_lone_surrogate(std::string_view text);

} // namespace mpac::protocol::raw_json
