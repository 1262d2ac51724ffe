// Events of the session as a model gets to read them.
#pragma once

#include "client/event.hpp"
#include "client/mcp/event_log.hpp"

#include <optional>

namespace mpac::client::mcp {

/// Nothing for what is of no interest to whoever works here: one's own messages, heartbeats, unreadable frames.
[[nodiscard]] std::optional<told_event> told(const event& what);

} // namespace mpac::client::mcp
