// Rules about the people of a session that several files share (SPEC 14).
#pragma once

#include "protocol/replay.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/local_state.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol::rules {

/// COORDINATOR_STATUS with what every one of them tells (SPEC 14.6).
[[nodiscard]] coordinator_status status_of(coordinator_event event, const draft& out);

/// What HELLO shows to be different from what the session expects, for `compatibility_errors` (SPEC 14.2). Nobody is
/// turned away for it.
[[nodiscard]] std::vector<std::string> differences(const envelope& message, const hello& said, const session& facts);

// Backends (SPEC 14.3.1).
/// What is on record after HELLO; null where nothing was ever declared. Who has not left cannot switch by coming again:
/// the model on record stays if the policy refuses the other, and heartbeats are judged by it.
[[nodiscard]] std::shared_ptr<const backend_record> backend_at_hello(const hello& said, const participant_record* known,
                                                                     const session_policy& policy);
/// Why a switch to the declared backend is refused, or would be. HELLO itself is not (14.1-03).
[[nodiscard]] std::optional<std::string> unwelcome_backend(const hello& said, const participant_record* known,
                                                           const session_policy& policy);
/// Judges the report of a heartbeat by the session's policy.
void consider_backend(const backend_health& said, const incoming& from, draft& out);
/// Whether an INTENT_UPDATE plans a switch.
[[nodiscard]] bool plans_switch(const incoming& from);
/// Answers a switch that an accepted INTENT_UPDATE plans (O-058).
void consider_planned_switch(const incoming& from, draft& out);

// Loss and return (SPEC 14.7).
/// Tells the others, and suspends what the lost one was at.
void declare_unavailable(const participant_record& who, const std::string& why, draft& out);
/// Tells a returning owner what has become of its own meanwhile (14.7.2-08); nothing where nothing has. `known` is what
/// was on record of it before.
void tell_what_changed(const participant_record& known, seat_number seat, draft& out);

// Keys (SPEC 23.1.6).
/// Tells somebody who has just joined with which keys the others sign, where SESSION_INFO could not.
void tell_keys_to(const incoming& newcomer, draft& out);
/// Tells the others with which key somebody signs who has just joined.
void introduce_key(const principal_id& who, const verified_identity& identity, draft& out);
/// Takes over the new key of a HEARTBEAT, if its chain has been verified, and tells everybody; refuses one that was
/// replaced before.
void rotate_key(const key_rotation& said, const incoming& from, draft& out);

// Recovery (SPEC 8.1.1.3).
/// Tells who comes back that there is a new coordinator epoch since it last heard of one (O-038).
void tell_of_recovery(const participant_record& known, const incoming& from, draft& out);

/// What a HELLO says of its sender's own state.
struct claimed_state {
  const local_state& said;
  const participant_record* known; ///< who it was before this HELLO; null: nobody
  bool may_act;                    ///< with the roles it is given now
};
/// Compares it with what is on record: STATE_DIVERGENCE where they differ. Where a recovery lies between, the targets
/// are in dispute from then on, and frozen (SPEC 7.7, O-028).
void reconcile(const claimed_state& what, const incoming& from, draft& out);

// Causal gaps (SPEC 12.8).
/// Asks for the frames a HELLO says it missed, if it says so.
void replay_after_hello(const incoming& from, draft& out);
/// What a request found has been told: ends it.
void end_replay(const replay_request& request, const replay& found, draft& out);

} // namespace mpac::protocol::rules
