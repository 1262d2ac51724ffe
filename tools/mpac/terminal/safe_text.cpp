#include "tools/mpac/terminal/safe_text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace mpac::tools::terminal {
namespace {

constexpr std::size_t tab = 8;
constexpr std::string_view ellipsis = "…";

/// One code point, or one byte that is part of none.
struct letter {
  std::string_view bytes;
  std::optional<utf8proc_int32_t> point;
};

letter first_of(std::string_view text) {
  utf8proc_int32_t point = -1;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &point);
  if (length <= 0)
    return {text.substr(0, 1), std::nullopt};
  return {text.substr(0, static_cast<std::size_t>(length)), point};
}

/// Unicode has it shown as nothing, and it changes nothing that is.
bool is_unseen(utf8proc_int32_t point) {
  const bool selects_variation = 0xfe00 <= point && point <= 0xfe0f; // such as emoji in colour
  return utf8proc_get_property(point)->ignorable && !selects_variation;
}

bool is_harmless(utf8proc_int32_t point) {
  if (is_unseen(point))
    return false;
  switch (utf8proc_category(point)) {
  case UTF8PROC_CATEGORY_CC:
  case UTF8PROC_CATEGORY_CF:
  case UTF8PROC_CATEGORY_CS:
  case UTF8PROC_CATEGORY_CO:
  case UTF8PROC_CATEGORY_CN:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
    return false;
  default:
    return true;
  }
}

std::string escaped(const letter& what) {
  constexpr std::size_t longest = 16;
  constexpr utf8proc_int32_t last_of_one_byte = 0xff;
  char text[longest];
  const auto value = what.point.value_or(static_cast<unsigned char>(what.bytes.front()));
  const char* form = value > last_of_one_byte ? "\\u%04x" : "\\x%02x";
  std::snprintf(text, sizeof text, form, static_cast<unsigned>(value));
  return text;
}

std::size_t width_of(const letter& what) {
  return what.point ? static_cast<std::size_t>(std::max(0, utf8proc_charwidth(*what.point))) : 1;
}

/// Appends what stands for a letter, but for line feeds and tabs.
void append_safe(std::string& to, const letter& what) {
  if (what.point && is_harmless(*what.point))
    to += what.bytes;
  else
    to += escaped(what);
}

} // namespace

std::string on_one_line(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const auto next = first_of(text);
    text.remove_prefix(next.bytes.size());
    if (next.bytes == "\n")
      safe += "\\n";
    else if (next.bytes == "\t")
      safe += "\\t";
    else
      append_safe(safe, next);
  }
  return safe;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto rest = text.substr(0, end);
    if (end < text.size() && rest.ends_with('\r'))
      rest.remove_suffix(1);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto& line = lines.emplace_back();
    std::size_t columns = 0;
    while (!rest.empty()) {
      const auto next = first_of(rest);
      rest.remove_prefix(next.bytes.size());
      const auto before = line.size();
      if (next.bytes == "\t")
        line.append(tab - columns % tab, ' ');
      else
        append_safe(line, next);
      columns += columns_of(std::string_view(line).substr(before));
    }
  }
  return lines;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto next = first_of(text);
    text.remove_prefix(next.bytes.size());
    columns += width_of(next);
  }
  return columns;
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns)
    return std::string(text);
  std::string kept;
  if (columns == 0)
    return kept;
  std::size_t used = 1; // the ellipsis
  while (!text.empty()) {
    const auto next = first_of(text);
    used += width_of(next);
    if (used > columns)
      break;
    kept += next.bytes;
    text.remove_prefix(next.bytes.size());
  }
  return kept.append(ellipsis);
}

std::string fitted(std::string_view text, std::size_t columns) {
  auto made = cut_to(text, columns);
  return made.append(columns - std::min(columns, columns_of(made)), ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 1);
  std::vector<std::string> pieces;
  while (columns_of(text) > columns) {
    std::size_t used = 0, end = 0, space = 0;
    while (end < text.size()) {
      const auto next = first_of(text.substr(end));
      if (end > 0 && used + width_of(next) > columns)
        break;
      if (next.bytes == " " && end > 0)
        space = end;
      used += width_of(next);
      end += next.bytes.size();
    }
    if (end < text.size() && text[end] == ' ')
      space = end;
    const auto at = space ? space : end;
    pieces.emplace_back(text.substr(0, at));
    text.remove_prefix(at);
    if (space)
      text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  if (!text.empty() || pieces.empty())
    pieces.emplace_back(text);
  return pieces;
}

} // namespace mpac::tools::terminal
