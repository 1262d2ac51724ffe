#include "config/overrides.hpp"

#include <algorithm>
#include <optional>

namespace mpac::config {
namespace {

constexpr std::string_view prefix = "MPAC_";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool names_us(std::string_view name) {
  return name.size() > prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), name.begin(), [](char a, char b) { return a == upper(b); });
}

/// The parts of a dotted key, or nothing when it is no key.
std::optional<std::vector<std::string>> parts_of(std::string_view key) {
  std::vector<std::string> parts(1);
  char quote = 0;
  for (const char c : key) {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        parts.back() += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '.') {
      parts.emplace_back();
    } else if (c != ' ') {
      parts.back() += c;
    }
  }
  if (quote != 0 || std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); }))
    return std::nullopt;
  return parts;
}

/// The `=` between key and value: the first outside quotes.
std::size_t equals_sign(std::string_view argument) {
  char quote = 0;
  for (std::size_t i = 0; i < argument.size(); ++i) {
    const char c = argument[i];
    if (quote != 0)
      quote = c == quote ? 0 : quote;
    else if (c == '"' || c == '\'')
      quote = c;
    else if (c == '=')
      return i;
  }
  return std::string_view::npos;
}

base::result<node, problem> value_of(std::string_view text, const origin& where) {
  const auto alone = [&](const std::string& document) -> std::optional<node> {
    auto parsed = parse_toml(document, where);
    if (!parsed || parsed->as_table()->size() != 1) // `1\nother = 2` is no value
      return std::nullopt;
    return std::move(parsed->as_table()->front().content);
  };
  node literal;
  literal.value = std::string{text};
  auto value = alone("value = " + std::string{text});
  if (!value)
    value = alone("value = " + to_toml(literal));
  if (!value)
    return base::fail(problem{where, "", "is not UTF-8 text", ""});
  value->where = where;
  value->spelled = std::string{text};
  return *std::move(value);
}

node nested(const std::vector<std::string>& parts, node value, const origin& where) {
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    node outer;
    outer.where = where;
    outer.value = node::table{{*part, std::move(value), where}};
    value = std::move(outer);
  }
  return value;
}

base::result<node, problem> single(std::string_view key, std::string_view text, const origin& where) {
  const auto parts = parts_of(key);
  if (!parts)
    return base::fail(problem{where, std::string{key}, "is not a key", ""});
  auto value = value_of(text, where);
  if (!value) {
    problem mistake = value.error();
    mistake.key = key;
    return base::fail(std::move(mistake));
  }
  return nested(*parts, *std::move(value), where);
}

} // namespace

variables mpac_variables(const char* const* environment) {
  variables found;
  for (; environment && *environment; ++environment) {
    const std::string_view entry = *environment;
    const auto sign = entry.find('=');
    if (sign != std::string_view::npos && names_us(entry.substr(0, sign)))
      found.emplace_back(entry.substr(0, sign), entry.substr(sign + 1));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string key_of_variable(std::string_view name) {
  std::string key;
  for (std::size_t i = prefix.size(); i < name.size(); ++i) {
    if (name.substr(i, 2) == "__") {
      key += '.';
      ++i;
    } else {
      key += lower(name[i]);
    }
  }
  return key;
}

std::string variable_of_key(std::string_view key) {
  std::string name{prefix};
  for (const char c : key)
    name += c == '.' ? std::string{"__"} : std::string{upper(c)};
  return name;
}

base::result<node, problem> from_variable(std::string_view name, std::string_view value) {
  return single(key_of_variable(name), value, {origin::kind::environment, "environment variable " + std::string{name}});
}

base::result<node, problem> from_argument(std::string_view argument) {
  const origin where{origin::kind::command_line, "--set " + std::string{argument}};
  const auto sign = equals_sign(argument);
  if (sign == std::string_view::npos)
    return base::fail(problem{where, "", "must be section.key=value", ""});
  return single(argument.substr(0, sign), argument.substr(sign + 1), where);
}

} // namespace mpac::config
