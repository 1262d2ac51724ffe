// Where typed lines are remembered from one time to the next.
#pragma once

#include <string>

namespace mpac::tools::terminal {

/// `$XDG_STATE_HOME/mpac/join_history`, or the same below ~/.local/state; its folder is made, for its owner alone.
/// Empty where there is no such place.
[[nodiscard]] std::string history_file();

} // namespace mpac::tools::terminal
