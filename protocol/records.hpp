// What a session remembers of intents, operations and conflicts (SPEC 15.1, 16.1, 17.1).
#pragma once

#include "base/clock.hpp"
#include "protocol/envelope.hpp"
#include "protocol/ids.hpp"
#include "protocol/lifecycle/conflict_lifecycle.hpp"
#include "protocol/lifecycle/intent_lifecycle.hpp"
#include "protocol/lifecycle/operation_lifecycle.hpp"
#include "protocol/scope.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

/// Why an intent is SUSPENDED: only the end of that lifts the suspension (O-057).
enum class suspension_cause : std::uint8_t {
  owner_unavailable, ///< SPEC 14.7.1: lifted when the owner returns
  owner_left,        ///< GOODBYE with disposition `transfer` (SPEC 14.4): lifted when the owner returns (O-102)
  backend,           ///< SPEC 14.3.1: lifted when the owner's backend works again, not by its return
};

// Kept by place, as all that an event or an image holds: members are only ever appended (store/encoding.hpp).

/// SPEC 15.1.
struct intent_record {
  protocol::intent_id intent_id;
  protocol::principal_id principal_id;
  std::string objective;
  protocol::scope scope;
  std::vector<std::string> assumptions;
  protocol::priority priority = priority::normal; ///< unset counts as normal (O-140)
  std::optional<protocol::intent_id> parent_intent_id;
  intent_state state = intent_state::active;
  std::optional<protocol::suspension_cause> suspension_cause; ///< while SUSPENDED
  base::instant received_at{};
  base::duration ttl{};
  base::instant expires_at = base::never;
  message_id last_message;                          ///< what a cascade's OP_REJECT refers to (SPEC 15.7)
  std::optional<protocol::principal_id> claimed_by; ///< of a TRANSFERRED one
  std::uint64_t order = 0;                          ///< rises with each registration of the session
  std::uint64_t ended_with = 0;                     ///< number of the decision that ended it; 0 = it lives
  bool committed_under = false;                     ///< at least one operation was committed under it (O-048)
};

/// SPEC 16.1. It is pending while PROPOSED or FROZEN, and settled afterwards.
struct operation_record {
  protocol::op_id op_id;
  std::optional<protocol::intent_id> intent_id;
  protocol::principal_id principal_id;
  operation_state state = operation_state::committed;
  std::string target;
  std::string op_kind;
  std::optional<std::string> state_ref_before, state_ref_after;
  std::optional<protocol::op_id> batch_id;
  std::optional<atomicity> batch_atomicity; ///< of a batch's entry: how the batch hangs together (SPEC 16.8)
  std::optional<protocol::op_id> supersedes, superseded_by; ///< SPEC 16.5
  std::vector<std::string> files;                           ///< of a request: what it will write beside its target
  std::optional<protocol::principal_id> authorised_by;      ///< SPEC 7.8; the coordinator where policy alone decides
  base::instant authorised_at = base::never;
  base::instant refuse_at = base::never; ///< when the end of its intent ends it too (SPEC 15.7)
  base::instant created_at{};
  std::uint64_t order = 0;         ///< rises with each registration of the session
  std::uint64_t compared_with = 0; ///< highest intent_record::order it has been compared with while it was proposed
  std::uint64_t settled_with = 0;  ///< number of the decision that settled it; 0 = it is pending
  bool uncoordinated = false;      ///< no matching active intent (SPEC 7.1)
  bool outside_scope = false;      ///< outside its intent's declared scope (SPEC 16.9, 23.3)
  bool contested = false;          ///< refused by a resolution after it was applied (O-031)
};

/// How far a conflict has come that nobody settles (SPEC 18.6.1, 18.6.2.1).
enum class freeze_phase : std::uint8_t {
  none,       ///< its scope is free
  resolution, ///< phase 1: frozen, waiting for a resolution
  priority,   ///< phase 2: frozen but for an intent of strictly highest priority
  held        ///< frozen until somebody resolves: phase 3 is off, or may not decide this one
};

/// SPEC 17.1. `principal_a` is the newcomer whose message brought the conflict about.
struct conflict_record {
  protocol::conflict_id conflict_id;
  word<conflict_category> category = conflict_category::scope_overlap;
  word<protocol::severity> severity = protocol::severity::medium;
  word<basis_kind> basis = basis_kind::rule;
  bool uncertain = false; ///< a semantic match below the threshold: people decide it, no timer does (SPEC 17.7.1)
  std::string description;
  principal_id principal_a, principal_b;
  std::optional<intent_id> intent_a, intent_b;
  std::vector<intent_id> related_intents;
  std::vector<op_id> related_ops;
  std::vector<op_id> outlived_ops;     ///< those of them whose id stands for a later operation of its owner by now
  std::vector<op_id> outlived_commits; ///< those that were COMMITTED then: no end, now as before (17.9-06)
  std::optional<json_text> dependency_detail; ///< what breaks, of a `dependency_breakage` the coordinator found
  std::uint64_t intents_by_then = 0;          ///< highest intent_record::order it can be about: ids may be used again
  conflict_state state = conflict_state::open;
  std::uint64_t opened_with = 0, ended_with = 0; ///< numbers of the decisions that did; 0 = it is open
  base::instant created_at{};
  std::uint64_t based_on = 0; ///< the coordinator's Lamport value at detection (SPEC 12.5)
  std::uint64_t order = 0;    ///< rises with each registration of the session
  std::optional<principal_id> escalated_to;
  base::instant escalated_at = base::never;
  base::instant next_step = base::never; ///< when the coordinator acts if nobody has settled it (SPEC 18.6)
  freeze_phase phase = freeze_phase::none;
  base::instant frozen_at = base::never;
  std::vector<protocol::scope> frozen; ///< what is frozen, as several scopes together (O-133)
  std::optional<intent_id> passing;    ///< the intent whose operations pass in phase 2
  std::optional<protocol::resolution_id> resolution_id;
  std::optional<principal_id> resolved_by;
  std::optional<std::string> decision;
};

/// Whether a conflict is about this very intent, not about an ended one that bore the same id.
[[nodiscard]] bool concerns(const conflict_record& conflict, const intent_record& intent);

} // namespace mpac::protocol
