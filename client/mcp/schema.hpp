// JSON Schema (2020-12) of what tools answer, put together from pieces.
#pragma once

#include "client/mcp/json.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace mpac::client::mcp::schema {

[[nodiscard]] inline json::object text(std::string_view description = {}) {
  json::object made{{"type", "string"}};
  if (!description.empty())
    made["description"] = description;
  return made;
}

[[nodiscard]] inline json::object one_of(std::initializer_list<std::string_view> words) {
  return {{"type", "string"}, {"enum", array_of(words)}};
}

[[nodiscard]] inline json::object whole_number() {
  return {{"type", "integer"}};
}

[[nodiscard]] inline json::object flag() {
  return {{"type", "boolean"}};
}

[[nodiscard]] inline json::object list_of(json::object of) {
  return {{"type", "array"}, {"items", std::move(of)}};
}

/// A member of an object; only those that say so may be missing.
struct member {
  std::string_view name;
  json::object of;
  bool may_be_missing = false;
};

[[nodiscard]] inline json::object object(std::initializer_list<member> members) {
  json::object all;
  json::array required;
  for (const auto& each : members) {
    all[each.name] = each.of;
    if (!each.may_be_missing)
      required.emplace_back(each.name);
  }
  json::object made{{"type", "object"}, {"properties", std::move(all)}};
  if (!required.empty())
    made["required"] = std::move(required);
  return made;
}

} // namespace mpac::client::mcp::schema
