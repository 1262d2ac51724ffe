// What a request that came to nothing means for the exit code.
#pragma once

#include "client/request_error.hpp"
#include "tools/mpac/exit_code.hpp"

namespace mpac::tools {

[[nodiscard]] exit_code code_of(const client::request_error& failed) noexcept;

} // namespace mpac::tools
