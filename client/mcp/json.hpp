// JSON of MCP messages, as values: Boost.JSON, and how its objects are asked here.
#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace mpac::client::mcp {

namespace json = boost::json;

/// The text of a member; nothing when it is not there, or something else.
[[nodiscard]] inline std::optional<std::string_view> text_of(const json::object& in, std::string_view name) {
  const auto* found = in.if_contains(name);
  const auto* text = found ? found->if_string() : nullptr;
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

/// The object that a member is; null when it is not there, or something else.
[[nodiscard]] inline const json::object* object_of(const json::object& in, std::string_view name) {
  const auto* found = in.if_contains(name);
  return found ? found->if_object() : nullptr;
}

/// A list of texts, or of whatever becomes one.
template <class Texts>
[[nodiscard]] json::array array_of(const Texts& texts) {
  json::array list;
  for (const auto& each : texts)
    list.emplace_back(std::string_view(each));
  return list;
}

} // namespace mpac::client::mcp
