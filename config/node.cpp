#include "config/node.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace mpac::config {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (code < 0x20 || code == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", code);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

struct toml_writer {
  std::string operator()(const node::foreign&) const { return "\"\""; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    std::array<char, 40> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end}; // a whole number comes out as an integer, which every number key accepts
  }
  std::string operator()(const std::string& value) const { return quoted(value); }
  std::string operator()(const node::list& values) const {
    std::string out;
    for (const node& each : values)
      out += (out.empty() ? "" : ", ") + to_toml(each);
    return '[' + out + ']';
  }
  std::string operator()(const node::table& members) const {
    std::string out;
    for (const member& each : members)
      out += (out.empty() ? " " : ", ") + to_toml_name(each.name) + " = " + to_toml(each.content);
    return '{' + out + (out.empty() ? "}" : " }");
  }
};

} // namespace

node::node() : value(table{}) {}

std::string_view node::kind() const {
  constexpr std::array<std::string_view, 7> names{"",     "true or false", "an integer", "a number",
                                                  "text", "a list",        "a section"};
  if (const auto* other = std::get_if<foreign>(&value))
    return other->name;
  return names[value.index()];
}

std::string to_toml(const node& one) {
  return std::visit(toml_writer{}, one.value);
}

std::string to_toml_name(std::string_view name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? std::string{name} : quoted(name);
}

} // namespace mpac::config
