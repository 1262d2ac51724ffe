// JSON for tests: reading what was heard and asking it for a member by its path.
#pragma once

#include <rapidjson/document.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace mpac::tests {

using json_value = rapidjson::Value;
using json_document = rapidjson::Document;

/// The text is not what a test may expect to read; the message says what and where.
struct unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Parses a text that has to be JSON; throws `unreadable` otherwise.
json_document parse_json(std::string_view text);

/// The member at a path such as `payload.scope.resources.0`, or null.
const json_value* find(const json_value& root, std::string_view path);

/// The string at a path; empty when there is none or it is something else.
std::string text_at(const json_value& root, std::string_view path);

/// The integer at a path; -1 when there is none or it is something else.
std::int64_t number_at(const json_value& root, std::string_view path);

/// Puts a value at a path, making the objects on the way.
void put(json_document& root, std::string_view path, const json_value& value);

/// Takes the member at a path away, if it is there.
void remove(json_document& root, std::string_view path);

/// The JSON text of a value.
std::string to_text(const json_value& value);

} // namespace mpac::tests
