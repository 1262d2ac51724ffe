// One connection as an onlooker sees it: whom it hears for, and what has to come out of it next.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/replay.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

namespace mpac::tests {

struct seat_shadow {
  struct frame_to_come {
    const protocol::frame* frame = nullptr;
    std::uint64_t lamport = 0;  ///< of the coordinator's own; 0 otherwise
    std::uint64_t sequence = 0; ///< the decision it belongs to
    /// In the place of a frame: here comes what was missed, some of what was told before (SPEC 12.8).
    std::shared_ptr<const protocol::replay_request> missed;
    std::uint64_t told = 0; ///< the frame told again last, by its number
  };
  protocol::session_id session;
  std::optional<protocol::principal_id> who;
  bool hears = false;
  bool is_leaving = false; ///< its connection is gone; the session may not know yet
  bool is_lost = false;    ///< the hub has closed it and owes it nothing
  std::deque<frame_to_come> to_come;
  std::uint64_t heard_lamport = 0;
};

} // namespace mpac::tests
