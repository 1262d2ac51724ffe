#include "tests/simulation/causes.hpp"

namespace mpac::tests {

using namespace mpac::protocol;

intent_event cause_of(const intent_moved& moved, const decision& made) {
  switch (moved.to) {
  case intent_state::suspended:
    return moved.suspension_cause == suspension_cause::owner_left ? intent_event::owner_left_to_transfer
                                                                  : intent_event::owner_unavailable;
  case intent_state::active:
    return intent_event::owner_returned;
  case intent_state::expired:
    return intent_event::ttl_over;
  case intent_state::superseded:
    return intent_event::superseded;
  case intent_state::transferred:
    return intent_event::claim_approved;
  default:
    return made.cause.kind == message_kind::resolution ? intent_event::resolution_rejected : intent_event::withdrawn;
  }
}

operation_event cause_of(const operation_registered& begun, const decision& made) {
  const bool is_committed = begun.record->state == operation_state::committed;
  if (made.cause.kind == message_kind::op_batch_commit)
    return is_committed ? operation_event::batch_declared : operation_event::batch_requested;
  if (made.cause.kind == message_kind::op_commit)
    return is_committed ? operation_event::declared : operation_event::requested;
  return operation_event::proposed;
}

operation_event cause_of(const operation_moved& moved, const operation_shadow& operation, const session_shadow& session,
                         const decision& made) {
  switch (moved.to) {
  case operation_state::committed: {
    if (made.cause.kind == message_kind::op_batch_commit)
      return operation_event::batch_completed;
    const bool asks_first = session.facts && session.facts->policy().execution_model == execution_model::pre_commit;
    return asks_first ? operation_event::completed : operation_event::proposal_carried_out;
  }
  case operation_state::frozen:
    return operation_event::intent_suspended;
  case operation_state::proposed:
    return operation_event::intent_restored;
  case operation_state::abandoned:
    return operation_event::sender_unavailable;
  case operation_state::superseded:
    return operation.state == operation_state::committed ? operation_event::superseded : operation_event::reassociated;
  default: {
    const bool has_lost_its_intent = operation.named && session.state_of(*operation.named) != intent_state::active &&
                                     session.state_of(*operation.named) != intent_state::suspended;
    const bool is_refused = made.cause.kind == message_kind::op_reject ||
                            made.cause.kind == message_kind::op_batch_commit || made.cause.outcome == "dispute" ||
                            (made.cause.kind == message_kind::resolution && !has_lost_its_intent) ||
                            (made.cause.outcome == "closed" && !operation.named);
    return is_refused ? operation_event::rejected : operation_event::intent_terminated;
  }
  }
}

conflict_event cause_of(const conflict_moved& moved) {
  return moved.to == conflict_state::escalated ? conflict_event::escalated : conflict_event::acknowledged;
}

conflict_event cause_of(const conflict_ended& ended, const decision& made) {
  if (made.cause.kind == message_kind::resolution && ended.to == conflict_state::closed)
    return conflict_event::resolved; // and archived at once
  return ended.to == conflict_state::dismissed ? conflict_event::entities_terminated : conflict_event::phase_3_fallback;
}

} // namespace mpac::tests
