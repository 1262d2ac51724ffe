#include "protocol/workspace/path_rules.hpp"

#include "protocol/workspace/unicode_text.hpp"

#include <algorithm>

namespace mpac::protocol {

namespace {

template <class Predicate>
bool any_segment(std::string_view path, Predicate is_bad) {
  while (true) {
    const auto slash = path.find('/');
    if (is_bad(path.substr(0, slash)))
      return true;
    if (slash == std::string_view::npos)
      return false;
    path.remove_prefix(slash + 1);
  }
}

/// Unicode's category Cc: U+0000 to U+001F, U+007F, and U+0080 to U+009F (C2 80 to C2 9F in UTF-8).
bool has_control_character(std::string_view path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto byte = static_cast<unsigned char>(path[i]);
    if (byte < 0x20 || byte == 0x7f)
      return true;
    if (byte == 0xc2 && i + 1 < path.size() && static_cast<unsigned char>(path[i + 1]) < 0xa0)
      return true;
  }
  return false;
}

struct rule {
  bool (*is_broken)(std::string_view path);
  std::string_view why;
};

// In the order in which a person would want to hear of them; the later rules rely on the earlier ones.
constexpr rule rules[] = {
    {[](std::string_view path) { return path.empty(); }, "is empty"},
    {[](std::string_view path) { return path.size() > max_path_bytes; }, "is longer than 1024 bytes"},
    {[](std::string_view path) { return !is_utf8(path); }, "is not UTF-8"},
    {has_control_character, "holds a control character"},
    {[](std::string_view path) { return path.front() == '/'; }, "is absolute; paths are relative to the workspace"},
    // A separator on some participants' machines: what is one name here would be a way out there.
    {[](std::string_view path) { return path.find('\\') != std::string_view::npos; },
     "holds a backslash; segments are parted by '/'"},
    {[](std::string_view path) { return any_segment(path, [](auto segment) { return segment == ".."; }); },
     "has a '..' segment; nothing outside the workspace is shared"},
    {[](std::string_view path) { return any_segment(path, [](auto segment) { return segment == "."; }); },
     "has a '.' segment; write it without"},
    {[](std::string_view path) { return any_segment(path, [](auto segment) { return segment.empty(); }); },
     "has an empty segment ('//' or a '/' at its end)"},
};
static_assert(max_path_bytes == 1024, "the second rule's text tells the number");

} // namespace

std::optional<std::string_view> path_fault(std::string_view path) noexcept {
  for (const rule& r : rules)
    if (r.is_broken(path))
      return r.why;
  return std::nullopt;
}

std::string quoted_for_people(std::string_view text) {
  constexpr std::size_t shown_bytes = 100;
  if (!is_utf8(text))
    return "(text that is not UTF-8)";
  const std::string_view shown = shortened(text, shown_bytes);
  std::string quoted;
  quoted.reserve(shown.size() + 5);
  quoted += '"';
  quoted += shown;
  quoted += shown.size() < text.size() ? "…\"" : "\"";
  return quoted;
}

} // namespace mpac::protocol
