#include "protocol/wire/redaction.hpp"

#include "protocol/wire/raw_json.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

namespace mpac::protocol {
namespace {

using raw_json::behind_space;

using change = std::function<std::string(std::string_view name, std::string_view value)>;

/// The values of an object or of a list, each replaced by what `each` makes of it (of a list, with no name). What is
/// neither stays as it is.
std::string changed(std::string_view value, const change& each) {
  if (value.empty() || (value[0] != '{' && value[0] != '['))
    return std::string(value);
  const bool is_object = value[0] == '{';
  std::string to;
  std::size_t done = 0; // copied so far
  for (std::size_t at = behind_space(value, 1); at < value.size() && value[at] != '}' && value[at] != ']';) {
    std::string name;
    if (is_object) {
      const auto key = raw_json::value_at(value, at);
      if (!key || key->end - key->begin < 2)
        break;
      name = raw_json::unescaped(value.substr(key->begin + 1, key->end - key->begin - 2));
      at = behind_space(value, key->end);
      if (at == value.size() || value[at] != ':')
        break;
      ++at;
    }
    const auto held = raw_json::value_at(value, at);
    if (!held)
      break;
    to += value.substr(done, held->begin - done);
    to += each(name, held->of(value));
    done = held->end;
    at = behind_space(value, done);
    if (at < value.size() && value[at] == ',')
      at = behind_space(value, at + 1);
  }
  to += value.substr(done);
  return to;
}

/// Without the member that `path` leads to from here.
std::string without(std::string_view value, std::string_view path) {
  const auto dot = path.find('.');
  const auto name = path.substr(0, dot);
  return changed(value, [&](std::string_view here, std::string_view held) {
    if (!value.starts_with('{'))
      return without(held, path); // the entries of a list stand for themselves
    if (here != name)
      return std::string(held);
    return dot == std::string_view::npos ? std::string(redacted_value) : without(held, path.substr(dot + 1));
  });
}

std::string without_names(std::string_view value, const std::vector<std::string_view>& names) {
  return changed(value, [&](std::string_view here, std::string_view held) {
    const bool goes = value.starts_with('{') && std::find(names.begin(), names.end(), here) != names.end();
    return goes ? std::string(redacted_value) : without_names(held, names);
  });
}

} // namespace

std::string redacted(std::string_view message, std::span<const std::string> paths) {
  const auto root = raw_json::value_at(message, 0);
  if (!root || paths.empty())
    return {};
  std::string text(root->of(message));
  for (const auto& path : paths)
    text = without(text, path);
  return text == root->of(message) ? std::string{} : text;
}

std::string redacted_everywhere(std::string_view json, std::span<const std::string> paths) {
  std::vector<std::string_view> names;
  for (const auto& path : paths)
    names.push_back(std::string_view(path).substr(path.rfind('.') + 1));
  return without_names(json, names);
}

} // namespace mpac::protocol
