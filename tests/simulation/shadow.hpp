// What an onlooker knows of a session who reads nothing but its decisions: the yardstick of the invariants.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/session.hpp"
#include "tests/simulation/frozen_shadow.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mpac::tests {

struct intent_shadow {
  protocol::intent_state state = protocol::intent_state::none;
  protocol::principal_id owner;
  int uses = 0; ///< how many intents have borne this id
};
struct operation_shadow {
  protocol::operation_state state = protocol::operation_state::none;
  protocol::principal_id owner;
  std::optional<protocol::intent_id> intent; ///< as far as it is committed under one
  std::optional<protocol::intent_id> named;  ///< the one it names, live or not
  std::string target;
  int uses = 0;        ///< how many operations have borne this id
  int intent_uses = 0; ///< which intent of that id it is: a later one is another
};

/// The shadow of one session. Survives the session's absence from memory: whatever comes back has to fit.
struct session_shadow {
  protocol::session_id id;
  const protocol::session* facts = nullptr; ///< the real ones, to compare with; null while unknown
  std::unordered_map<protocol::intent_id, intent_shadow> intents;
  std::unordered_map<protocol::op_id, operation_shadow> operations;
  std::unordered_map<protocol::conflict_id, protocol::conflict_state> conflicts;
  std::vector<protocol::conflict_id> latest_conflicts; ///< the youngest, for people to speak of
  std::vector<protocol::claim_id> latest_claims;
  std::size_t live_intents = 0, pending_operations = 0, open_conflicts = 0;
  std::set<std::pair<protocol::principal_id, protocol::deferral_id>> deferrals; ///< neither resolved nor expired
  std::unordered_set<protocol::claim_id> claims;                                ///< neither decided nor withdrawn
  frozen_shadow frozen;
  std::uint64_t lamport = 0, sequence = 0;
  std::uint64_t epoch = 0;      ///< of the coordinator; 0 until it has said so
  base::instant recovered_at{}; ///< when it came back for the last time
  bool has_ended = false;

  [[nodiscard]] protocol::intent_state state_of(const protocol::intent_id& which) const {
    const auto found = intents.find(which);
    return found == intents.end() ? protocol::intent_state::none : found->second.state;
  }
  /// How many intents have borne this id by now.
  [[nodiscard]] int uses_of(const protocol::intent_id& which) const {
    const auto found = intents.find(which);
    return found == intents.end() ? 0 : found->second.uses;
  }
  [[nodiscard]] const protocol::resource_registry* registry() const { return facts ? facts->registry() : nullptr; }
};

} // namespace mpac::tests
