// Arguments of tools: one table row for each, from which come its JSON Schema and its check.
#pragma once

#include "base/result.hpp"
#include "client/mcp/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client::mcp {

enum class argument_kind : std::uint8_t { text, texts, integer, number, flag };

struct argument {
  std::string name;
  argument_kind kind = argument_kind::text;
  std::string description;
  bool is_required = false;
  std::vector<std::string> choices = {};            ///< of a text: nothing else is taken
  std::optional<double> minimum = {}, maximum = {}; ///< of a number, both included
  std::size_t longest = 4096;                       ///< bytes of a text, or of each
  bool may_be_empty = false;                        ///< a text
};

/// JSON Schema (2020-12) of an object with these members and no others.
[[nodiscard]] json::object schema_of(const std::vector<argument>& all);

/// Arguments that have been checked.
class arguments {
public:
  /// The error is a sentence that names the argument and what it has to be. A null is taken for an argument that is not
  /// there.
  [[nodiscard]] static base::result<arguments, std::string> read(const std::vector<argument>& all,
                                                                 const json::object& given);

  [[nodiscard]] bool has(std::string_view name) const { return given_.contains(name); }
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  /// Empty when it is not there.
  [[nodiscard]] std::string text_or_empty(std::string_view name) const { return text(name).value_or(""); }
  [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name) const;
  [[nodiscard]] std::optional<double> number(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;

private:
  json::object given_;
};

} // namespace mpac::client::mcp
