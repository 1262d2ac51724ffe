// The whole effective configuration as a file that loads to the same settings.
#pragma once

#include "config/settings.hpp"

#include <string>

namespace mpac::config {

/// TOML with every key in the order of cluster.toml; of a `[sessions.<id>]` only what differs from `[session]`.
[[nodiscard]] std::string print(const settings& all);

} // namespace mpac::config
