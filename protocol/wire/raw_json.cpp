#include "protocol/wire/raw_json.hpp"

#include <cstdint>
#include <cstring>

namespace mpac::protocol::raw_json {
namespace {

constexpr auto npos = std::string_view::npos;

/// Behind the string that opens at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  const std::size_t opening = at;
  for (;;) {
    const std::size_t quote = text.find('"', at + 1);
    if (quote == npos)
      return npos;
    std::size_t backslashes = 0;
    while (quote - backslashes - 1 > opening && text[quote - backslashes - 1] == '\\')
      ++backslashes;
    if (backslashes % 2 == 0)
      return quote + 1;
    at = quote;
  }
}

/// Behind the value that starts at `at`.
std::size_t skip_value(std::string_view text, std::size_t at) {
  if (at >= text.size())
    return npos;
  if (text[at] == '"')
    return skip_string(text, at);
  if (text[at] != '{' && text[at] != '[') {
    const std::size_t end = text.find_first_of(",]} \n\r\t", at);
    return end == npos ? text.size() : end;
  }
  std::size_t depth = 0;
  while (at < text.size()) {
    switch (text[at]) {
    case '"':
      at = skip_string(text, at);
      if (at == npos)
        return npos;
      continue;
    case '{':
    case '[':
      ++depth;
      break;
    case '}':
    case ']':
      if (--depth == 0)
        return at + 1;
      break;
    default:
      break;
    }
    ++at;
  }
  return npos;
}

bool means(std::string_view inside, std::string_view name) {
  return inside.find('\\') == npos ? inside == name : unescaped(inside) == name;
}

/// The four hexadecimal digits at `at`, or nothing.
std::optional<std::uint32_t> hex4(std::string_view text, std::size_t at) {
  if (at > text.size() || text.size() - at < 4)
    return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    const char low = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9')
      value = value * 16 + static_cast<std::uint32_t>(c - '0');
    else if (low >= 'a' && low <= 'f')
      value = value * 16 + static_cast<std::uint32_t>(low - 'a' + 10);
    else
      return std::nullopt;
  }
  return value;
}

bool is_high(std::uint32_t unit) {
  return unit >= 0xd800 && unit < 0xdc00;
}
bool is_low(std::uint32_t unit) {
  return unit >= 0xdc00 && unit < 0xe000;
}

/// The unit of the `\uXXXX` at `at`, if there is one.
std::optional<std::uint32_t> escaped_unit(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "\\u")
    return std::nullopt;
  return hex4(text, at + 2);
}

/// Appends what the escape at `at` means and says where the text goes on.
std::size_t append_escape(std::string& out, std::string_view inside, std::size_t at) {
  if (const auto unit = escaped_unit(inside, at)) {
    if (is_high(*unit))
      if (const auto low = at + 6 <= inside.size() ? escaped_unit(inside, at + 6) : std::nullopt; low && is_low(*low)) {
        append_utf8(out, 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00));
        return at + 12;
      }
    append_utf8(out, *unit);
    return at + 6;
  }
  constexpr std::string_view letters = "bfnrt", meanings = "\b\f\n\r\t";
  if (at + 1 < inside.size()) {
    const std::size_t letter = letters.find(inside[at + 1]);
    out.push_back(letter == npos ? inside[at + 1] : meanings[letter]);
  }
  return at + 2;
}

} // namespace

void append_utf8(std::string& to, std::uint32_t code) {
  const auto put = [&to](std::uint32_t byte) { to.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6));
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

std::size_t behind_space(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] <= ' ' && space.find(text[at]) != npos) // mostly there is none
    ++at;
  return at;
}

std::optional<range> value_at(std::string_view text, std::size_t from) {
  const std::size_t begin = behind_space(text, from);
  const std::size_t end = skip_value(text, begin);
  if (end == npos)
    return std::nullopt;
  return range{begin, end};
}

std::optional<member> find_member(std::string_view text, range object, std::string_view name) {
  text = text.substr(0, object.end);
  if (object.begin >= text.size() || text[object.begin] != '{')
    return std::nullopt;
  std::size_t before = object.begin + 1; // behind the opening brace, later behind the previous value
  bool first = true;
  for (;;) {
    std::size_t key = behind_space(text, before);
    if (!first) {
      if (key >= text.size() || text[key] != ',')
        return std::nullopt;
      key = behind_space(text, key + 1);
    }
    if (key >= text.size() || text[key] != '"')
      return std::nullopt;
    const std::size_t key_end = skip_string(text, key);
    if (key_end == npos)
      return std::nullopt;
    const std::size_t colon = behind_space(text, key_end);
    if (colon >= text.size() || text[colon] != ':')
      return std::nullopt;
    const auto value = value_at(text, colon + 1);
    if (!value)
      return std::nullopt;
    if (means(text.substr(key + 1, key_end - key - 2), name)) {
      range cut{first ? key : before, value->end};
      const std::size_t comma = behind_space(text, value->end);
      if (first && comma < text.size() && text[comma] == ',')
        cut.end = behind_space(text, comma + 1);
      return member{*value, cut};
    }
    before = value->end;
    first = false;
  }
}

std::optional<range> find_entry(std::string_view text, range array, std::size_t index) {
  text = text.substr(0, array.end);
  if (array.begin >= text.size() || text[array.begin] != '[')
    return std::nullopt;
  std::size_t from = array.begin + 1;
  for (;; --index) {
    const auto value = value_at(text, from);
    if (!value || index == 0)
      return value;
    from = behind_space(text, value->end);
    if (from >= text.size() || text[from] != ',')
      return std::nullopt;
    ++from;
  }
}

std::string unescaped(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  for (std::size_t at = 0; at < inside.size();) {
    const std::size_t backslash = inside.find('\\', at);
    out.append(inside.substr(at, backslash == npos ? npos : backslash - at));
    if (backslash == npos)
      break;
    at = append_escape(out, inside, backslash);
  }
  return out;
}

std::optional<std::size_t> find_lone_surrogate(std::string_view text) {
  // In JSON a backslash stands in strings only and always takes the next character with it.
  for (std::size_t at = text.find('\\'); at != npos; at = text.find('\\', at)) {
    const auto unit = escaped_unit(text, at);
    if (!unit) {
      at += 2;
    } else if (is_low(*unit)) {
      return at;
    } else if (is_high(*unit)) {
      const auto low = at + 6 <= text.size() ? escaped_unit(text, at + 6) : std::nullopt;
      if (!low || !is_low(*low))
        return at;
      at += 12;
    } else {
      at += 6;
    }
  }
  return std::nullopt;
}

} // namespace mpac::protocol::raw_json
