// What an operator should know about a configuration that is valid: keys without effect yet, and doubtful pairs.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <vector>

namespace mpac::config {

/// One line for the log each; empty when there is nothing to say.
[[nodiscard]] std::vector<std::string> warnings(const settings& all);

} // namespace mpac::config
