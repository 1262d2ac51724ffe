// What an operator should know about a configuration that is valid: keys without effect yet, and doubtful pairs.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <vector>

namespace mpac::config {

/// One line for the log each; empty when there is nothing to say.
[[nodiscard]] std::vector<std::string> warnings(const settings& all);

/// The same of a configuration that another one gave way to: what there was no need to say of that one, and which
/// protection has gone since.
[[nodiscard]] std::vector<std::string> new_warnings(const settings& before, const settings& now);

} // namespace mpac::config
