// JSON of others, as values: Boost.JSON, and how its documents are asked here.
#pragma once

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace mpac::tools {

namespace json = boost::json;

/// The member at a path such as `payload.scope.resources`, or null: nothing there, or not in an object.
[[nodiscard]] const json::value* find(const json::value& in, std::string_view path);
/// The text at a path; empty when there is none, or it is something else.
[[nodiscard]] std::string_view text_at(const json::value& in, std::string_view path);
/// The whole number at a path.
[[nodiscard]] std::optional<std::int64_t> number_at(const json::value& in, std::string_view path);
/// Whether every member of `expected` is in `actual` with the same value; objects may hold more.
[[nodiscard]] bool holds(const json::value& actual, const json::value& expected);
/// The text of a value, indented by two spaces a level.
[[nodiscard]] std::string indented(const json::value& of);

} // namespace mpac::tools
