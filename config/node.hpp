// A configuration as it was written: the same tree whether it came from TOML, JSON, the environment or `--set`.
#pragma once

#include "base/result.hpp"
#include "config/problem.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mpac::config {

struct member;

/// A value and where it stands.
struct node {
  /// An empty table.
  node();

  /// What no key takes: a date, a null.
  struct foreign {
    std::string name;
    friend bool operator==(const foreign&, const foreign&) = default;
  };
  using list = std::vector<node>;
  using table = std::vector<member>; ///< in the order written

  std::variant<foreign, bool, std::int64_t, double, std::string, list, table> value;
  origin where{};
  std::string spelled{}; ///< from one variable or argument: its exact text, so that a key of text may be set to `5`

  [[nodiscard]] const table* as_table() const { return std::get_if<table>(&value); }
  [[nodiscard]] table* as_table() { return std::get_if<table>(&value); }
  /// "text", "an integer", "a section" …, for messages.
  [[nodiscard]] std::string_view kind() const;
};

/// A name with its value; a name may stand twice in JSON.
struct member {
  std::string name;
  node content;
  origin named_at;
};

/// Reads TOML text. A syntax error is one problem with line and column. `where` names the source.
[[nodiscard]] base::result<node, problem> parse_toml(std::string_view text, const origin& where);

/// Reads a JSON object. A syntax error is one problem with line and column; at most 16 levels deep.
[[nodiscard]] base::result<node, problem> parse_json(std::string_view text, const origin& where);

/// A value as TOML on one line: `8766`, `"text"`, `["a", "b"]`; tables as inline tables.
[[nodiscard]] std::string to_toml(const node& one);
/// A name as TOML writes it, quoted where needed.
[[nodiscard]] std::string to_toml_name(std::string_view name);

} // namespace mpac::config
