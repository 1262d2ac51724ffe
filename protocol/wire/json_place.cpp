#include "protocol/wire/json_place.hpp"

#include <algorithm>

namespace mpac::protocol {
namespace {

constexpr std::size_t longest_quote = 60;

bool is_plain(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= longest_quote && std::all_of(name.begin(), name.end(), plain);
}

} // namespace

std::string in_quotes(std::string_view text) {
  std::size_t length = std::min(text.size(), longest_quote);
  while (length > 0 && length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
    --length; // not in the middle of a character
  std::string out = "\"";
  for (const char c : text.substr(0, length))
    out.push_back(static_cast<unsigned char>(c) < 0x20 || c == '"' ? '?' : c);
  out += length < text.size() ? "...\"" : "\"";
  return out;
}

std::string json_place::text() const {
  if (!outer)
    return "message";
  std::string before = outer->outer ? outer->text() : std::string{};
  if (index)
    return before + "[" + std::to_string(*index) + "]";
  if (!is_plain(name))
    return before + "[" + in_quotes(name) + "]";
  return before.empty() ? std::string(name) : before + "." + std::string(name);
}

std::optional<raw_json::range> json_place::find_in(std::string_view document) const {
  if (!outer) // its end is where the document ends: nobody looks for it
    return raw_json::range{std::min(document.find('{'), document.size()), document.size()};
  if (found)
    return found;
  const auto around = outer->find_in(document);
  if (!around)
    return std::nullopt;
  if (index)
    found = raw_json::find_entry(document, *around, *index);
  else if (const auto member = raw_json::find_member(document, *around, name))
    found = member->value;
  return found;
}

} // namespace mpac::protocol
