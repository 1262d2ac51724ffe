// Something of everything that is kept, every member filled in, so that its bytes can be watched.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/session_image.hpp"

#include <vector>

namespace mpac::tests {

// Members are named in the order in which they are written: whoever changes that is stopped by the compiler. They are
// plausible one by one, not together.

/// One of each alternative, in their order.
[[nodiscard]] std::vector<protocol::event> one_event_of_each_kind();
[[nodiscard]] protocol::session_image filled_in_image();
/// With those events, a notice for each audience and voice, and a relayed one.
[[nodiscard]] protocol::decision filled_in_decision();

} // namespace mpac::tests
