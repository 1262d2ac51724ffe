// `mpac-cluster --generate-key`: makes the coordinator's key, and tells what to configure (SPEC 23.1.3.1).
#pragma once

#include "config/arguments.hpp"

namespace mpac::tools {

/// Makes what is asked for and says so on standard output, or why not on standard error. The exit code.
[[nodiscard]] int make_key(const config::key_request& asked, const config::settings& configuration);

} // namespace mpac::tools
