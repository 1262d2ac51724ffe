#include "tests/simulation/causes.hpp"
#include "tests/simulation/invariants.hpp"

namespace mpac::tests {
namespace {

using namespace mpac::protocol;

class follower {
public:
  explicit follower(const absorbed& seen) : seen_(seen), session_(seen.session) {}

  void operator()(const intent_registered& e) {
    auto& intent = session_.intents[e.record->intent_id];
    if (intent.state != intent_state::none && !(is_terminal(intent.state) && intent.owner == e.record->principal_id))
      report("intent " + e.record->intent_id.str() + " begins again while it is " + text(intent.state));
    if (next(intent_state::none, intent_event::announced) != e.record->state)
      report("intent " + e.record->intent_id.str() + " begins as " + text(e.record->state));
    if (seen_.decision.cause.kind == message_kind::intent_announce &&
        session_.frozen.hold(e.record->scope, session_.registry()))
      report("SPEC 18.6.2: intent " + e.record->intent_id.str() + " begins where everything is frozen");
    seen_.counts.took(intent_state::none, intent_event::announced);
    intent = {e.record->state, e.record->principal_id, intent.uses + 1};
    ++session_.live_intents;
  }

  void operator()(const intent_moved& e) {
    auto& state = session_.intents[e.intent_id].state;
    take_row("SPEC 15.6.1", e.intent_id.str(), state, cause_of(e, seen_.decision), e.to);
    session_.live_intents -= !is_terminal(state) && is_terminal(e.to);
    state = e.to;
    if (e.suspension_cause == suspension_cause::backend)
      seen_.counts.happened(occasion::backend_suspends);
  }

  void operator()(const intent_revised& e) {
    const auto state = session_.intents[e.intent_id].state;
    take_row("SPEC 15.6.1", e.intent_id.str(), state, intent_event::updated, state);
  }

  void operator()(const operation_registered& e) {
    auto& operation = session_.operations[e.record->op_id];
    if (operation.state != operation_state::none &&
        !(is_settled(operation.state) && operation.owner == e.record->principal_id))
      report("operation " + e.record->op_id.str() + " begins again while it is " + text(operation.state));
    // An entry that a batch loses is refused as it comes: two rows at once (SPEC 16.8).
    const bool is_lost_entry = e.record->batch_id && e.record->state == operation_state::rejected;
    if (is_lost_entry)
      seen_.counts.happened(occasion::batch_loses_entry);
    else
      take_row("SPEC 16.6.1", e.record->op_id.str(), operation_state::none, cause_of(e, seen_.decision),
               e.record->state);
    operation = {e.record->state,
                 e.record->principal_id,
                 e.record->intent_id,
                 e.record->intent_id,
                 e.record->target,
                 operation.uses + 1,
                 e.record->intent_id ? session_.uses_of(*e.record->intent_id) : 0};
    if (!is_lost_entry) {
      if (e.record->uncoordinated)
        check_uncoordinated(e.record->op_id, operation);
      check_place(e.record->op_id, operation);
    }
    session_.pending_operations += !is_settled(e.record->state);
  }

  void operator()(const operation_moved& e) {
    auto& operation = session_.operations[e.op_id];
    take_row("SPEC 16.6.1", e.op_id.str(), operation.state, cause_of(e, operation, session_, seen_.decision), e.to);
    session_.pending_operations -= !is_settled(operation.state) && is_settled(e.to);
    operation.state = e.to;
    if (e.to != operation_state::committed)
      return;
    if (e.uncoordinated)
      check_uncoordinated(e.op_id, operation);
    check_place(e.op_id, operation);
  }

  void operator()(const operation_authorised& e) {
    const auto& operation = session_.operations[e.op_id];
    take_row("SPEC 16.6.1", e.op_id.str(), operation.state, operation_event::authorised, operation.state);
    check_intent(e.op_id, operation);
  }

  void operator()(const conflict_opened& e) {
    const auto [known, is_new] = session_.conflicts.try_emplace(e.record->conflict_id, e.record->state);
    if (!is_new)
      report("a second conflict " + e.record->conflict_id.str());
    take_row("SPEC 17.8.1", e.record->conflict_id.str(), conflict_state::none, conflict_event::reported,
             e.record->state);
    ++session_.open_conflicts;
    keep_latest(session_.latest_conflicts, e.record->conflict_id);
  }

  void operator()(const conflict_moved& e) {
    auto& state = session_.conflicts[e.conflict_id];
    if (state != e.to || is_settled(state))
      take_row("SPEC 17.8.1", e.conflict_id.str(), state, cause_of(e), e.to);
    state = e.to;
  }

  void operator()(const conflict_ended& e) {
    auto& state = session_.conflicts[e.conflict_id];
    if (state == conflict_state::none || is_settled(state))
      report("conflict " + e.conflict_id.str() + " is settled again: it was " + text(state));
    const auto why = cause_of(e, seen_.decision);
    if (why == conflict_event::resolved) {
      take_row("SPEC 17.8.1", e.conflict_id.str(), state, why, conflict_state::resolved);
      take_row("SPEC 17.8.1", e.conflict_id.str(), conflict_state::resolved, conflict_event::archived, e.to);
    } else {
      take_row("SPEC 17.8.1", e.conflict_id.str(), state, why, e.to);
    }
    state = e.to;
    --session_.open_conflicts;
    session_.frozen.follow(e);
  }

  void operator()(const scope_frozen& e) {
    const auto known = session_.conflicts.find(e.conflict_id);
    if (known == session_.conflicts.end() || is_settled(known->second))
      report("SPEC 18.6.2: conflict " + e.conflict_id.str() + " freezes its scope though it is settled");
    if (e.passing)
      seen_.counts.happened(occasion::one_may_pass);
    session_.frozen.follow(e);
  }

  void operator()(const deferral_began& e) {
    session_.deferrals.emplace(e.record->principal_id, e.record->deferral_id);
  }
  void operator()(const deferral_ended& e) {
    if (session_.deferrals.erase({e.who, e.deferral_id}) == 0)
      report("SPEC 15.5.1: deferral " + e.deferral_id.str() + " of " + e.who.str() + " ends twice");
  }

  void operator()(const claim_submitted& e) {
    if (session_.state_of(e.record->original_intent_id) != intent_state::suspended)
      report("SPEC 14.7.4: " + e.record->original_intent_id.str() + " is claimed while it is " +
             text(session_.state_of(e.record->original_intent_id)));
    session_.claims.insert(e.record->claim_id);
    keep_latest(session_.latest_claims, e.record->claim_id);
  }
  void operator()(const claim_decided& e) {
    if (session_.claims.erase(e.claim_id) == 0)
      report("SPEC 14.7.4.1: claim " + e.claim_id.str() + " is decided twice");
    seen_.counts.happened(e.decision == claim_decision::approved   ? occasion::claim_approved
                          : e.decision == claim_decision::rejected ? occasion::claim_rejected
                                                                   : occasion::claim_withdrawn);
  }

  void operator()(const session_ended&) { session_.has_ended = true; }

  template <class Other>
  void operator()(const Other&) {} // moves no state machine

private:
  template <class State>
  static std::string text(State state) {
    return state == State::none ? "unknown" : std::string(to_string(state));
  }

  template <class Id>
  static void keep_latest(std::vector<Id>& latest, const Id& id) {
    latest.push_back(id);
    if (latest.size() > 8)
      latest.erase(latest.begin());
  }

  template <class State, class Event>
  void take_row(std::string_view table, const std::string& what, State from, Event by, State to) {
    seen_.counts.took(from, by);
    if (next(from, by) != to)
      report(std::string(table) + " has no row from " + text(from) + " to " + text(to) + " for " + what + " by " +
             std::string(seen_.decision.cause.outcome));
  }

  /// O-043: said to be under an intent that is none (any more), or under none, where the profile lets that be.
  void check_uncoordinated(const op_id& id, operation_shadow& operation) {
    seen_.counts.happened(occasion::uncoordinated_commit);
    if (operation.intent && session_.state_of(*operation.intent) == intent_state::suspended &&
        session_.uses_of(*operation.intent) == operation.intent_uses)
      report("operation " + id.str() + " is made under a SUSPENDED intent");
    if (session_.facts && (session_.facts->policy().compliance_profile != compliance_profile::core ||
                           session_.facts->policy().unknown_intent_commit == unknown_intent_commit::reject))
      report("SPEC 7.1: operation " + id.str() + " is made under no intent");
    operation.intent.reset();
  }

  void check_intent(const op_id& id, const operation_shadow& operation) {
    if (operation.intent && session_.state_of(*operation.intent) != intent_state::active)
      report("operation " + id.str() + " is " + text(operation.state) + " under " + operation.intent->str() +
             ", which is " + text(session_.state_of(*operation.intent)));
    if (operation.intent && session_.uses_of(*operation.intent) != operation.intent_uses)
      report("operation " + id.str() + " is " + text(operation.state) + " under " + operation.intent->str() +
             ", which is another by now");
  }

  /// Where nothing may be committed, nothing may be proposed either (SPEC 14.7.2, 18.6.2).
  void check_place(const op_id& id, const operation_shadow& operation) {
    check_intent(id, operation);
    if (session_.frozen.empty())
      return;
    for (const auto* part : session_.frozen.at(operation.target, session_.registry())) {
      const bool may_pass = part->passing && part->passing == operation.named &&
                            session_.state_of(*part->passing) == intent_state::active;
      if (!may_pass)
        report("SPEC 18.6.2: operation " + id.str() + " is " + text(operation.state) + " on " + operation.target +
               ", which " + part->of.str() + " froze");
      else if (operation.state == operation_state::committed)
        seen_.counts.happened(occasion::commit_passes);
    }
  }

  void report(const std::string& what) {
    seen_.amiss.report("decision " + std::to_string(seen_.decision.sequence) + " of " + session_.id.str() + ": " +
                       what);
  }

  const absorbed& seen_;
  session_shadow& session_;
};

} // namespace

void follow_lifecycles(const absorbed& seen) {
  seen.counts.decided(seen.decision);
  follower follow(seen);
  for (const auto& e : seen.decision.events)
    std::visit(follow, e);
}

} // namespace mpac::tests
