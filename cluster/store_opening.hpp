// Opens the store that the configuration asks for.
#pragma once

#include "config/settings.hpp"
#include "store/engine.hpp"

#include <memory>

namespace mpac::cluster {

/// Throws std::runtime_error, with one line for the operator, where it can't be opened. Blocks.
[[nodiscard]] std::unique_ptr<store::engine> open_store(const config::settings& how);

} // namespace mpac::cluster
