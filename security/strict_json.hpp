// JSON that others will be trusted by: read so that no two readers can understand it differently.
#pragma once

#include "base/result.hpp"
#include "security/text_fault.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mpac::security {

struct json_value;
using json_list = std::vector<json_value>;
using json_object = std::map<std::string, json_value, std::less<>>;

/// Numbers are doubles: dates are the only ones that anybody asks for here.
struct json_value {
  std::variant<std::nullptr_t, bool, double, std::string, json_list, json_object> value;

  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value); }
  [[nodiscard]] const double* number() const { return std::get_if<double>(&value); }
  [[nodiscard]] const json_list* list() const { return std::get_if<json_list>(&value); }
  [[nodiscard]] const json_object* object() const { return std::get_if<json_object>(&value); }
};

/// Nothing if there is no such member.
[[nodiscard]] const json_value* find(const json_object& in, std::string_view name);
/// The member's text; nothing if there is none or it is no text.
[[nodiscard]] const std::string* find_text(const json_object& in, std::string_view name);
/// A list of texts and nothing else; nothing otherwise.
[[nodiscard]] std::optional<std::vector<std::string>> texts_of(const json_value& value);

/// Reads one object. Refused besides what is no JSON: a name given twice in one object, at any depth; more than 16
/// levels; bytes that are no UTF-8; a NUL, written or escaped; a byte order mark.
[[nodiscard]] base::result<json_object, text_fault> read_json_object(std::string_view text);

} // namespace mpac::security
