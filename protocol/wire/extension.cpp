#include "protocol/wire/extension.hpp"

#include "protocol/wire/raw_json.hpp"

#include <charconv>

namespace mpac::protocol {
namespace {

using raw_json::range;

std::optional<range> member_of(std::string_view text, const std::optional<range>& object, std::string_view name) {
  const auto found = object ? raw_json::find_member(text, *object, name) : std::nullopt;
  return found ? std::optional(found->value) : std::nullopt;
}

std::optional<std::string> string_at(std::string_view text, const std::optional<range>& place) {
  const auto value = place ? place->of(text) : std::string_view{};
  if (value.size() < 2 || value.front() != '"')
    return std::nullopt;
  return raw_json::unescaped(value.substr(1, value.size() - 2));
}

} // namespace

std::optional<json_text> extension_in(std::string_view message, std::string_view name) {
  const auto root = raw_json::value_at(message, 0);
  for (const auto& holder : {member_of(message, root, "payload"), root})
    if (const auto found = member_of(message, member_of(message, holder, "extensions"), name))
      return json_text{std::string(found->of(message))};
  return std::nullopt;
}

std::optional<std::string> text_in(const json_text& object, std::string_view name) {
  return string_at(object.text, member_of(object.text, raw_json::value_at(object.text, 0), name));
}

std::optional<std::uint64_t> number_in(const json_text& object, std::string_view name) {
  const auto place = member_of(object.text, raw_json::value_at(object.text, 0), name);
  const auto value = place ? place->of(object.text) : std::string_view{};
  std::uint64_t number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  return read.ec == std::errc{} && read.ptr == value.data() + value.size() ? std::optional(number) : std::nullopt;
}

std::string message_id_in(std::string_view message) {
  return string_at(message, member_of(message, raw_json::value_at(message, 0), "message_id")).value_or("");
}

} // namespace mpac::protocol
