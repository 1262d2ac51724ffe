// What can happen to a session: the only things that change one (SPEC 7.7). Kept in the journal, absorbed in order.
#pragma once

#include "protocol/announce_backoffs.hpp"
#include "protocol/live_deferrals.hpp"
#include "protocol/pending_claims.hpp"
#include "protocol/policy.hpp"
#include "protocol/records.hpp"
#include "protocol/roster.hpp"
#include "protocol/shared_record.hpp"
#include "protocol/workspace/workspace_file.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mpac::protocol {

/// HELLO was accepted (SPEC 14.1): a new participant, or a known one with a new connection or incarnation.
struct participant_joined {
  shared_record<participant_record> record;
};
/// GOODBYE was accepted (SPEC 14.4).
struct participant_departed {
  principal_id who;
};
/// The connection is gone; the person may return before anybody notices.
struct seat_vacated {
  principal_id who;
  seat_number seat = 0;
};
/// SPEC 14.3.
struct status_changed {
  principal_id who;
  std::string status;
};
/// SPEC 14.7.1: lost, or back again.
struct availability_changed {
  principal_id who;
  bool is_available = true;
};
/// A sign of life that was no message: a pong, a sideband request.
struct participant_seen {
  principal_id who;
  base::instant when{};
};
/// SPEC 14.3.1: what is known of a participant's model backend.
struct backend_changed {
  principal_id who;
  std::shared_ptr<const backend_record> backend;
};

/// SPEC 15.6.1 row 1.
struct intent_registered {
  shared_record<intent_record> record;
};
/// SPEC 15.4: only what is there has changed.
struct intent_revised {
  protocol::intent_id intent_id;
  std::optional<std::string> objective;
  std::optional<shared_record<protocol::scope>> scope;
  std::optional<std::vector<std::string>> assumptions;
  std::optional<base::duration> ttl;
  base::instant expires_at = base::never;
  message_id by;
};
/// Any other row of SPEC 15.6.1.
struct intent_moved {
  protocol::intent_id intent_id;
  intent_state to = intent_state::withdrawn;
  message_id by;
  std::optional<protocol::suspension_cause> suspension_cause = {}; ///< of a move to SUSPENDED
};

/// A resolution refused an intent: its owner waits before announcing the scope again (SPEC 15.3.1).
struct announce_refused {
  principal_id who;
  shared_record<announce_backoff> backoff;
};
/// An intent of that scope, begun then, ended otherwise: the next refusal is a first one (O-082).
struct refusals_forgotten {
  principal_id who;
  shared_record<protocol::scope> scope;
  base::instant began{};
};

/// SPEC 15.5.1: a new deferral, or one refreshed.
struct deferral_began {
  shared_record<deferral_record> record;
};
/// Resolved or expired.
struct deferral_ended {
  principal_id who;
  protocol::deferral_id deferral_id;
};

/// INTENT_CLAIM was taken (SPEC 14.7.4).
struct claim_submitted {
  shared_record<claim_record> record;
};
/// It waits for something else, or until another time.
struct claim_rescheduled {
  protocol::claim_id claim_id;
  claim_wait waits_for = claim_wait::word;
  base::instant approve_at = base::never;
};
/// SPEC 14.7.4.1.
struct claim_decided {
  protocol::claim_id claim_id;
  claim_decision decision = claim_decision::rejected;
  std::optional<principal_id> approved_by;
  std::optional<std::string> reason;
};

/// A row of SPEC 16.6.1 that makes an operation, pending or committed.
struct operation_registered {
  shared_record<operation_record> record;
};
/// Any other row of SPEC 16.6.1. A completion brings the state refs and the flags that hold in the end.
struct operation_moved {
  protocol::op_id op_id;
  operation_state to = operation_state::rejected;
  std::optional<std::string> state_ref_before{}, state_ref_after{};
  std::optional<protocol::op_id> superseded_by{};
  bool uncoordinated = false, outside_scope = false;
};
/// A pending operation may be executed (SPEC 7.8).
struct operation_authorised {
  protocol::op_id op_id;
  principal_id by;
  base::instant when{};
};
/// The intent of a pending operation has ended: it ends then, unless it is re-associated before (SPEC 15.7).
struct operation_given_notice {
  protocol::op_id op_id;
  base::instant refuse_at{};
};
/// SPEC 18.4: an applied operation was refused afterwards (O-031).
struct operation_contested {
  protocol::op_id op_id;
  std::optional<std::string>
      rollback{}; ///< id of the operation or of the message that is to undo it, where one is named
};
/// The state a target is in after a commit (SPEC 16.3); workspace files know theirs by themselves.
struct target_moved {
  std::string target;
  std::string state_ref;
};
/// A workspace file was written with a commit.
struct file_written {
  std::string path;
  workspace_file file;
};

/// SPEC 17.8.1 row 1.
struct conflict_opened {
  shared_record<conflict_record> record;
};
/// Operations committed under a disputed intent belong to the dispute (SPEC 17.9).
struct conflict_op_related {
  protocol::conflict_id conflict_id;
  protocol::op_id op_id;
};
/// Any other row of SPEC 17.8.1 that leaves the conflict open.
struct conflict_moved {
  protocol::conflict_id conflict_id;
  conflict_state to = conflict_state::acked;
  std::optional<principal_id> escalated_to;
  base::instant when{};
  base::instant next_step = base::never; ///< with `escalated_to`
  bool by_coordinator = false;           ///< no ruling: the conflict itself does not know yet
};
/// The scope of an unresolved conflict freezes, or its freeze goes into another phase (SPEC 18.6.2, 18.6.2.1).
struct scope_frozen {
  protocol::conflict_id conflict_id;
  freeze_phase phase = freeze_phase::resolution;
  std::vector<protocol::scope> parts; ///< when it freezes; later phases leave them as they are
  std::optional<intent_id> passing;
  base::instant when{};
  base::instant next_step = base::never;
};
/// RESOLVED and CLOSED, or DISMISSED (SPEC 17.8.1, 17.9).
struct conflict_ended {
  protocol::conflict_id conflict_id;
  conflict_state to = conflict_state::closed;
  protocol::resolution_id resolution_id;
  principal_id resolved_by;
  std::string decision;
};

/// A COORDINATOR_STATUS heartbeat went out; the next is due then (SPEC 14.6).
struct status_sent {
  base::instant next{};
};
/// Everybody who was to be looked at by then has been (SPEC 14.7.1): who has spoken since is looked at again later.
struct liveness_checked {
  base::instant when{};
};
/// SPEC 14.5.
struct session_ended {
  close_reason reason = close_reason::manual;
};
/// The operator changed the policy while the hub runs.
struct policy_replaced {
  shared_policy policy;
  session_limits limits;
};

/// The coordinator has come back after a stop or a crash, in a new epoch (SPEC 8.1.1.3). Nobody is connected any more.
struct coordinator_recovered {
  std::uint64_t epoch = 1;
  base::instant when{};
};

/// A participant's key has been replaced by another of the same principal (SPEC 23.1.6).
struct participant_key_changed {
  principal_id who;
  std::shared_ptr<const verified_identity> identity;
  base::instant old_key_until{}; ///< from when on the one before is good for nothing
};

/// Kept by place: alternatives, and members of whatever they hold, are only ever appended (store/encoding.hpp).
using event =
    std::variant<participant_joined, participant_departed, seat_vacated, status_changed, availability_changed,
                 participant_seen, backend_changed, intent_registered, intent_revised, intent_moved, announce_refused,
                 refusals_forgotten, deferral_began, deferral_ended, claim_submitted, claim_rescheduled, claim_decided,
                 operation_registered, operation_moved, operation_authorised, operation_given_notice,
                 operation_contested, target_moved, file_written, conflict_opened, conflict_op_related, conflict_moved,
                 scope_frozen, conflict_ended, status_sent, liveness_checked, session_ended, policy_replaced,
                 coordinator_recovered, participant_key_changed>;

// Most events are small, and each takes the room of the largest: what is large is shared.
static_assert(sizeof(event) <= 192);

} // namespace mpac::protocol
