// `mpac-cluster --verify-transcript`: tells whether an exported transcript is whole and unchanged (SPEC 23.1.3).
#pragma once

#include "config/arguments.hpp"

namespace mpac::tools {

/// Says what was found on standard output, or what is wrong on standard error. The exit code: 0 good, 1 not.
[[nodiscard]] int verify_transcript(const config::verification_request& asked);

} // namespace mpac::tools
