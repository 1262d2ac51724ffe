// What happens in a session, each event as a line for people.
#pragma once

#include "client/event.hpp"
#include "tools/mpac/terminal/styled_line.hpp"

#include <optional>

namespace mpac::tools::terminal {

/// Nothing for what says nothing new, such as a coordinator's heartbeat. Principals appear under their ids: a display
/// name may be anybody's.
[[nodiscard]] std::optional<styled_line> line_of(const client::event& what, const protocol::principal_id& me);

} // namespace mpac::tools::terminal
