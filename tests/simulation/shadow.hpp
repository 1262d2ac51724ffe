// What an onlooker knows of a session who reads nothing but its decisions: the yardstick of the invariants.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/session.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

namespace mpac::tests {

/// One connection as an onlooker sees it: whom it hears for, and what has to come out of it next.
struct seat_shadow {
  struct frame_to_come {
    const protocol::frame* frame = nullptr;
    std::uint64_t lamport = 0; ///< of the coordinator's own; 0 otherwise
  };
  protocol::session_id session;
  std::optional<protocol::principal_id> who;
  bool hears = false;
  bool is_leaving = false; ///< its connection is gone; the session may not know yet
  std::deque<frame_to_come> to_come;
  std::uint64_t heard_lamport = 0;
};

struct intent_shadow {
  protocol::intent_state state = protocol::intent_state::none;
  protocol::principal_id owner;
};
struct operation_shadow {
  protocol::operation_state state = protocol::operation_state::none;
  protocol::principal_id owner;
  std::optional<protocol::intent_id> intent;
  int uses = 0; ///< how many operations have borne this id
};

/// The shadow of one session. Survives the session's absence from memory: whatever comes back has to fit.
struct session_shadow {
  protocol::session_id id;
  const protocol::session* facts = nullptr; ///< the real ones, to compare with; null while unknown
  std::unordered_map<protocol::intent_id, intent_shadow> intents;
  std::unordered_map<protocol::op_id, operation_shadow> operations;
  std::unordered_map<protocol::conflict_id, protocol::conflict_state> conflicts;
  std::vector<protocol::conflict_id> latest_conflicts; ///< the youngest, for people to speak of
  std::size_t live_intents = 0, pending_operations = 0, open_conflicts = 0;
  std::uint64_t lamport = 0, sequence = 0;
  bool has_ended = false;
};

} // namespace mpac::tests
