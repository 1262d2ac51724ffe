// The rules by chapter of the specification (SPEC 14 to 18): what each message does to a decision. Called by
// dispatch, by the deadlines and by what an operator asks.
#pragma once

#include "protocol/admission.hpp"
#include "protocol/conflict.hpp"
#include "protocol/decide.hpp"
#include "protocol/rules/draft.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::protocol::rules {

/// A message with all that a rule may ask about it.
struct incoming {
  const envelope& message;
  const frame_ptr& frame;
  seat_number seat;
  const participant_record* who; ///< null before HELLO
  /// Whom a credential in it proved its sender to be; null: nobody looked, or there was none.
  std::shared_ptr<const verified_identity> identity = {};
};

// Membership (SPEC 14.1 to 14.4).
/// A message as the transcript keeps it: HELLO without its credential's value (O-050), everything else as it came.
[[nodiscard]] frame_ptr without_secrets(const envelope& message, const frame_ptr& frame);
void on(const hello& said, const incoming& from, draft& out);
void on(const heartbeat& said, const incoming& from, draft& out);
void on(const goodbye& said, const incoming& from, draft& out);
/// PARTICIPANT_UNAVAILABLE and CAUSAL_GAP ask for something; every other PROTOCOL_ERROR ends at admission.
void on(const protocol_error& said, const incoming& from, draft& out);
/// SPEC 14.7.2: whoever shows a sign of life is back, and so are the intents suspended for its absence.
void welcome_back(const participant_record& who, draft& out);
/// SPEC 14.7.1: one of those who have been silent for too long is declared unavailable; or else when to look again.
void look_for_the_silent(draft& out);

// Coordinator duties (SPEC 14.6, 8.1.1.1).
void send_status(draft& out);
[[nodiscard]] session_health health_of(const session& facts);

// Intents (SPEC 15).
void on(const intent_announce& said, const incoming& from, draft& out);
void on(const intent_update& said, const incoming& from, draft& out);
void on(const intent_withdraw& said, const incoming& from, draft& out);
/// Why an announce is refused, and what its refusal tells programs.
struct objection {
  refusal why;
  std::optional<json_text> extensions;
};
[[nodiscard]] std::optional<objection> objection_to(const intent_announce& said, const incoming& from,
                                                    const draft& out);
/// Whether an id may be given to a new intent: never used, or one's own and ended.
[[nodiscard]] std::optional<refusal> taken(const intent_id& id, std::string_view member, const incoming& from,
                                           const draft& out);
/// Registers an intent and all that follows from it.
void begin_intent(const intent_record& intent, draft& out);
/// Ends an intent and all that hangs on it (SPEC 15.7, 17.9).
void end_intent(const intent_record& intent, intent_event why, draft& out);
/// Moves an ACTIVE intent to SUSPENDED and says so in the coordinator's name (SPEC 14.7.2, 14.3.1, 14.4).
void suspend_intent(const intent_record& intent, suspension_cause why, draft& out);
/// The way back to ACTIVE: what `ended` had caused is over. What was suspended for something else stays (O-057).
void restore_intent(const intent_record& intent, suspension_cause ended, draft& out);
/// The same for all that its owner's absence has caused (SPEC 14.7.2, O-102).
void restore_after_absence(const intent_record& intent, draft& out);
/// Once backends are not looked at any more: what was suspended for them is ACTIVE again, of those who are here.
void lift_backend_suspensions(draft& out);
void expire_intents(draft& out);
/// SPEC 15.3.1: a resolution of this conflict has refused an intent, or one has ended otherwise.
void start_backoff(const intent_record& refused, const conflict_record& conflict, draft& out);
void end_backoff(const intent_record& ended, intent_event why, draft& out);

// Deferrals (SPEC 15.5.1).
void on(const intent_deferred& said, const incoming& from, draft& out);
void resolve_deferrals_about(const intent_record& ended, draft& out);
void resolve_deferrals_of(const principal_id& who, draft& out);
void expire_deferrals(draft& out);

// Claims (SPEC 14.7.4).
void on(const intent_claim& said, const incoming& from, draft& out);
/// An owner or arbiter decides on a claim, or somebody objects to it (O-069).
void judge_claim(const claim_answer& said, const incoming& from, draft& out);
/// A claimed intent is ACTIVE again, or has ended.
void withdraw_claim_on(const intent_record& original, std::string_view reason, draft& out);
void reject_claim_on(const intent_record& ended, draft& out);
/// A claimant has left or is lost (O-072).
void reject_claims_of(const principal_id& claimant, draft& out);
/// Somebody is there who may be the approver others have waited for.
void offer_claims_to(const principal_id& who, const std::vector<std::string>& roles, draft& out);
void approve_due_claim(draft& out);

// Operations (SPEC 16).
void on(const op_propose& said, const incoming& from, draft& out);
void on(const op_commit& said, const incoming& from, draft& out);
void on(const op_batch_commit& said, const incoming& from, draft& out);
void on(const op_reject& said, const incoming& from, draft& out);
void on(const op_supersede& said, const incoming& from, draft& out);
/// SPEC 15.7: what is proposed under an intent that ends is refused, after the grace where there is one.
void end_operations_under(const intent_record& intent, draft& out);
/// SPEC 15.7: what is proposed under an intent that rests may not be committed until it returns.
void freeze_operations_under(const intent_record& intent, draft& out);
void thaw_operations_under(const intent_record& intent, draft& out);
/// SPEC 14.7.3: what the lost or the leaving have proposed.
void abandon_operations_of(const principal_id& proposer, draft& out);
/// Those whose grace is over.
void refuse_operations_on_notice(draft& out);
/// All that are pending, without grace (O-065): their intents end too, or the session alone does.
void refuse_operations_at_close(close_disposition intents, draft& out);
/// SPEC 18.4: what `outcome.rejected` means for an operation or batch of the conflict (O-127). `rollback` undoes what
/// has been committed.
void reject_by_resolution(const op_id& named, const conflict_record& conflict,
                          const std::optional<std::string>& rollback, draft& out);
/// Whether something COMMITTED is among what that would refuse: then it takes a rollback.
[[nodiscard]] bool refuses_committed(const op_id& named, const conflict_record& conflict, const session& facts);
/// Authorises what only the conflicts held up that this decision has settled (SPEC 7.8).
void authorise_released(draft& out);

// Conflicts and governance (SPEC 17, 18).
void on(const conflict_report& said, const incoming& from, draft& out);
void on(const conflict_ack& said, const incoming& from, draft& out);
void on(const conflict_escalate& said, const incoming& from, draft& out);
void on(const resolution& said, const incoming& from, draft& out);
void on(const ruling& what, draft& out);
/// Reports every overlap of `intent` with what others are doing that is not in dispute already (SPEC 15.2, 17.2).
/// `before` is a scope the intent had until now: what it shared with others has been reported (SPEC 15.4).
void detect_overlaps(const intent_record& intent, draft& out, const scope* before = nullptr);
/// SPEC 15.2.2: the refusal of a scope that makes or finds the session mixed and can't be told in URIs, where
/// identities are checked (O-078); or nothing.
[[nodiscard]] std::optional<refusal> unresolved_kind(const scope& wanted, const message_id& about, const draft& out);
/// Reports a commit that says nothing of the state it starts from, over what somebody else committed (O-090).
void detect_concurrent_write(const operation_record& committed, draft& out);
/// Reports where `intent` and somebody else's edit what the other's files import, as far as their scopes say so and do
/// not overlap by themselves (SPEC 17.5 `dependency_breakage`).
void detect_broken_dependencies(const intent_record& intent, draft& out);
/// Reports operations that touch scopes which somebody else holds (O-090); gives those of them that are in dispute
/// for it. The operations of a batch are one unit (SPEC 16.8): one report for each scope that any of them touches.
std::vector<op_id> detect_intrusion(std::span<const operation_record> touching, const intent_record* own, draft& out);
/// Dismisses the conflicts that an ending intent leaves without anything alive (SPEC 17.9).
void dismiss_conflicts_about(const intent_id& ended, draft& out);
/// The same for the operations that end in a decision; once, when it is complete.
void dismiss_conflicts_of_ended_operations(draft& out);
/// Registers a conflict of the coordinator's own and tells its parties, or those named instead (SPEC 17.8.1 row 1).
conflict_id open_conflict(conflict_record conflict, std::string_view rule, draft& out,
                          std::optional<audience> told = {});
/// Has a conflict that is being registered decided by a person where no timer may (SPEC 17.7.1).
void ask_a_person(const conflict_record& conflict, draft& out);
/// When the coordinator looks at a conflict that is reported or escalated now (SPEC 18.6.1).
[[nodiscard]] base::instant resolution_due(const draft& out);
/// SPEC 18.6: the next step of the conflict that has waited too long.
void advance_dispute(draft& out);
/// SPEC 18.6.2.1, phase 3: the first committer wins, and the conflict is closed.
void settle_by_receipt(const conflict_record& conflict, draft& out);

// Frozen scopes (SPEC 18.6.2). Each costs one look while nothing is frozen.
/// Why an operation on `target` has to wait, or nothing; operations of the intent that passes in phase 2 don't.
[[nodiscard]] std::optional<std::string> frozen_target(const std::string& target, const std::optional<intent_id>& under,
                                                       const principal_id& who, const draft& out);
/// The refusal of an announce or claim whose scope is frozen as a whole, or nothing.
[[nodiscard]] std::optional<refusal> frozen_scope(const scope& wanted, const message_id& about, const draft& out);
/// What an update adds to a scope; nothing if it adds nothing (O-091).
[[nodiscard]] std::optional<scope> growth(const scope& was, const scope& now, const resource_registry* registry);
/// Warns the sender of an accepted message that part of the scope is frozen; after everything else.
void warn_of_frozen_part(const scope& wanted, const incoming& from, draft& out);
/// The extension of a frozen commit in `post_commit`: it has been applied, and has to be taken back (O-136).
[[nodiscard]] std::optional<json_text> compensation_due(const draft& out);

// Closing (SPEC 9.6, 14.5).
void close_session(close_reason reason, close_disposition intents, draft& out);

// The workspace (SPEC 9.5).
void answer(const sideband_request& request, seat_number seat, draft& out);
[[nodiscard]] session_overview overview_of(const session& facts, base::instant now);

} // namespace mpac::protocol::rules
