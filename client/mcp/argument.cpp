#include "client/mcp/argument.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mpac::client::mcp {
namespace {

constexpr std::size_t most_texts = 1000;
constexpr double largest_whole = 9007199254740991; // RFC 8259, 6: what all readers agree on

std::optional<double> number_in(const json::value& given) {
  if (given.is_int64())
    return static_cast<double>(given.get_int64());
  if (given.is_uint64())
    return static_cast<double>(given.get_uint64());
  return given.is_double() ? std::optional(given.get_double()) : std::nullopt;
}

std::string number_text(double number) {
  auto text = json::serialize(json::value(number));
  return number == std::floor(number) && std::abs(number) < largest_whole
             ? std::to_string(static_cast<std::int64_t>(number))
             : text;
}

std::string listed(const std::vector<std::string>& choices) {
  std::string text;
  for (const auto& each : choices)
    text += (text.empty() ? "" : ", ") + each;
  return text;
}

std::optional<std::string> fault_of_text(const argument& what, const json::value& given) {
  const auto* text = given.if_string();
  if (!text)
    return "must be a string";
  if (text->empty() && !what.may_be_empty)
    return "must not be empty";
  if (text->size() > what.longest)
    return "is longer than " + std::to_string(what.longest) + " bytes";
  if (!what.choices.empty() &&
      std::find(what.choices.begin(), what.choices.end(), std::string_view(*text)) == what.choices.end())
    return "must be one of " + listed(what.choices);
  return std::nullopt;
}

std::optional<std::string> fault_of_texts(const argument& what, const json::value& given) {
  const auto* list = given.if_array();
  if (!list || list->empty())
    return "must be a list of strings, with at least one";
  if (list->size() > most_texts)
    return "has more than " + std::to_string(most_texts) + " entries";
  for (std::size_t at = 0; at < list->size(); ++at)
    if (const auto fault = fault_of_text(what, (*list)[at]))
      return "entry " + std::to_string(at) + " " + *fault;
  return std::nullopt;
}

std::optional<std::string> fault_of_number(const argument& what, const json::value& given) {
  const auto number = number_in(given);
  const bool is_whole = what.kind == argument_kind::integer;
  if (!number || !std::isfinite(*number) ||
      (is_whole && (*number != std::floor(*number) || std::abs(*number) > largest_whole)))
    return is_whole ? "must be a whole number" : "must be a number";
  if ((what.minimum && *number < *what.minimum) || (what.maximum && *number > *what.maximum))
    return "must be between " + number_text(what.minimum.value_or(-largest_whole)) + " and " +
           number_text(what.maximum.value_or(largest_whole));
  return std::nullopt;
}

std::optional<std::string> fault_of(const argument& what, const json::value& given) {
  switch (what.kind) {
  case argument_kind::text:
    return fault_of_text(what, given);
  case argument_kind::texts:
    return fault_of_texts(what, given);
  case argument_kind::integer:
  case argument_kind::number:
    return fault_of_number(what, given);
  case argument_kind::flag:
    return given.is_bool() ? std::nullopt : std::optional<std::string>("must be true or false");
  }
  return std::nullopt;
}

json::object schema_of(const argument& what) {
  json::object text{{"type", "string"}};
  if (!what.may_be_empty)
    text["minLength"] = 1;
  if (!what.choices.empty())
    text["enum"] = array_of(what.choices);
  json::object made;
  switch (what.kind) {
  case argument_kind::text:
    made = std::move(text);
    break;
  case argument_kind::texts:
    made = {{"type", "array"}, {"items", std::move(text)}, {"minItems", 1}, {"maxItems", most_texts}};
    break;
  case argument_kind::integer:
    made = {{"type", "integer"}};
    break;
  case argument_kind::number:
    made = {{"type", "number"}};
    break;
  case argument_kind::flag:
    made = {{"type", "boolean"}};
    break;
  }
  if (what.minimum)
    made["minimum"] = *what.minimum;
  if (what.maximum)
    made["maximum"] = *what.maximum;
  made["description"] = what.description;
  return made;
}

} // namespace

json::object schema_of(const std::vector<argument>& all) {
  json::object members;
  json::array required;
  for (const auto& each : all) {
    members[each.name] = schema_of(each);
    if (each.is_required)
      required.emplace_back(each.name);
  }
  json::object made{{"type", "object"}, {"properties", std::move(members)}, {"additionalProperties", false}};
  if (!required.empty())
    made["required"] = std::move(required);
  return made;
}

base::result<arguments, std::string> arguments::read(const std::vector<argument>& all, const json::object& given) {
  arguments read;
  for (const auto& [name, value] : given) {
    const auto what = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
    if (what == all.end()) {
      std::vector<std::string> names;
      for (const auto& each : all)
        names.push_back(each.name);
      const auto shown = json::serialize(json::string(std::string_view(name).substr(0, 64)));
      return base::fail("argument " + shown + ": there is none of that name; " +
                        (names.empty() ? "this tool takes no arguments" : "there are " + listed(names)));
    }
    if (value.is_null())
      continue;
    if (const auto fault = fault_of(*what, value))
      return base::fail("argument '" + what->name + "' " + *fault);
    read.given_[name] = value;
  }
  for (const auto& each : all)
    if (each.is_required && !read.has(each.name))
      return base::fail("argument '" + each.name + "' is missing: " + each.description);
  return read;
}

std::optional<std::string> arguments::text(std::string_view name) const {
  const auto found = text_of(given_, name);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

std::optional<std::vector<std::string>> arguments::texts(std::string_view name) const {
  const auto* found = given_.if_contains(name);
  if (!found)
    return std::nullopt;
  std::vector<std::string> list;
  for (const auto& each : found->as_array())
    list.emplace_back(std::string_view(each.as_string()));
  return list;
}

std::optional<double> arguments::number(std::string_view name) const {
  const auto* found = given_.if_contains(name);
  return found ? number_in(*found) : std::nullopt;
}

std::optional<std::int64_t> arguments::integer(std::string_view name) const {
  const auto found = number(name);
  return found ? std::optional(static_cast<std::int64_t>(*found)) : std::nullopt;
}

bool arguments::flag(std::string_view name) const {
  const auto* found = given_.if_contains(name);
  return found && found->as_bool();
}

} // namespace mpac::client::mcp
