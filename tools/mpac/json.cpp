#include "tools/mpac/json.hpp"

namespace mpac::tools {
namespace {

void write(const json::value& what, std::size_t depth, std::string& to) {
  const auto line = [&](std::size_t deep) { to += '\n' + std::string(2 * deep, ' '); };
  if (const auto* object = what.if_object(); object && !object->empty()) {
    to += '{';
    for (const auto& member : *object) {
      if (&member != &*object->begin())
        to += ',';
      line(depth + 1);
      to += json::serialize(json::string(member.key())) + ": ";
      write(member.value(), depth + 1, to);
    }
    line(depth);
    to += '}';
  } else if (const auto* list = what.if_array(); list && !list->empty()) {
    to += '[';
    for (const auto& entry : *list) {
      if (&entry != list->begin())
        to += ',';
      line(depth + 1);
      write(entry, depth + 1, to);
    }
    line(depth);
    to += ']';
  } else {
    to += json::serialize(what);
  }
}

} // namespace

const json::value* find(const json::value& in, std::string_view path) {
  const json::value* at = &in;
  while (at && !path.empty()) {
    const auto name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    const auto* object = at->if_object();
    at = object ? object->if_contains(name) : nullptr;
  }
  return at;
}

std::string_view text_at(const json::value& in, std::string_view path) {
  const auto* found = find(in, path);
  const auto* text = found ? found->if_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::optional<std::int64_t> number_at(const json::value& in, std::string_view path) {
  const auto* found = find(in, path);
  if (found && found->is_int64())
    return found->get_int64();
  if (found && found->is_uint64() && found->get_uint64() <= static_cast<std::uint64_t>(INT64_MAX))
    return static_cast<std::int64_t>(found->get_uint64());
  return std::nullopt;
}

bool holds(const json::value& actual, const json::value& expected) {
  const auto* members = expected.if_object();
  if (!members)
    return actual == expected;
  const auto* object = actual.if_object();
  if (!object)
    return false;
  for (const auto& [name, value] : *members) {
    const auto* found = object->if_contains(name);
    if (!found || !holds(*found, value))
      return false;
  }
  return true;
}

std::string indented(const json::value& of) {
  std::string text;
  write(of, 0, text);
  return text;
}

} // namespace mpac::tools
