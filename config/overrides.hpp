// Single keys set from outside the file: environment variables and `--set`.
#pragma once

#include "base/result.hpp"
#include "config/node.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::config {

using variables = std::vector<std::pair<std::string, std::string>>;

/// The variables whose names begin with MPAC_, in any letter case, from `environ` or what main was given.
[[nodiscard]] variables mpac_variables(const char* const* environment);

/// `MPAC_LISTEN__PORT` as the key it names: `listen.port`; and back.
[[nodiscard]] std::string key_of_variable(std::string_view name);
[[nodiscard]] std::string variable_of_key(std::string_view key);

/// A tree that holds just this key. The value is TOML, or else taken as text.
[[nodiscard]] base::result<node, problem> from_variable(std::string_view name, std::string_view value);

/// The same for `section.key=value`; parts of the key may be quoted as in TOML.
[[nodiscard]] base::result<node, problem> from_argument(std::string_view argument);

} // namespace mpac::config
