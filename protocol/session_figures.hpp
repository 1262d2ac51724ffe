// A session in a few figures, for lists of sessions.
#pragma once

#include "protocol/session.hpp"

#include <cstddef>
#include <cstdint>

namespace mpac::protocol {

struct session_figures {
  session_id session;
  bool is_closed = false;
  std::size_t participants = 0;   ///< here or lost, but not departed
  std::size_t active_intents = 0; ///< active or suspended
  std::size_t open_conflicts = 0;
  std::uint64_t lamport_clock = 0;
};

[[nodiscard]] inline session_figures figures_of(const session& facts) {
  return {facts.origin().id,      facts.ended().has_value(), facts.people().present(),
          facts.intents().size(), facts.conflicts().size(),  facts.lamport()};
}

} // namespace mpac::protocol
