#include "tests/simulation/invariants.hpp"

#include <initializer_list>

namespace mpac::tests {
namespace {

using namespace mpac::protocol;

/// Whether the table has a row for going from one state to the other.
template <class Table, class State>
bool has_row(const Table& rows, State from, State to) {
  for (const auto& row : rows)
    if (row.from == from && row.to == to)
      return true;
  return false;
}

class follower {
public:
  explicit follower(const absorbed& seen) : seen_(seen), session_(seen.session) {}

  void operator()(const intent_registered& e) {
    auto& intent = session_.intents[e.record.intent_id];
    if (intent.state != intent_state::none && !(is_terminal(intent.state) && intent.owner == e.record.principal_id))
      report("intent " + e.record.intent_id.str() + " begins again while it is " + text(intent.state));
    if (next(intent_state::none, intent_event::announced) != e.record.state)
      report("intent " + e.record.intent_id.str() + " begins as " + text(e.record.state));
    intent = {e.record.state, e.record.principal_id};
    ++session_.live_intents;
  }

  void operator()(const intent_moved& e) {
    auto& state = session_.intents[e.intent_id].state;
    if (!has_row(intent_transitions, state, e.to))
      report("SPEC 15.6.1 has no row from " + text(state) + " to " + text(e.to) + " for " + e.intent_id.str());
    session_.live_intents -= !is_terminal(state) && is_terminal(e.to);
    state = e.to;
  }

  void operator()(const intent_revised& e) {
    const auto state = session_.intents[e.intent_id].state;
    if (!next(state, intent_event::updated))
      report("SPEC 15.6.1 has no row for updating " + e.intent_id.str() + ", which is " + text(state));
  }

  void operator()(const operation_registered& e) {
    auto& operation = session_.operations[e.record.op_id];
    if (operation.state != operation_state::none &&
        !(is_settled(operation.state) && operation.owner == e.record.principal_id))
      report("operation " + e.record.op_id.str() + " begins again while it is " + text(operation.state));
    // An entry that a batch loses is refused as it comes: two rows at once (SPEC 16.8).
    const bool is_lost_entry = e.record.batch_id && e.record.state == operation_state::rejected;
    if (!is_lost_entry && !has_row(operation_transitions, operation_state::none, e.record.state))
      report("SPEC 16.6.1 has no row that makes an operation " + text(e.record.state));
    operation = {e.record.state, e.record.principal_id, e.record.intent_id, operation.uses + 1};
    if (e.record.uncoordinated) { // O-043: said to be under an intent that was none
      if (operation.intent && state_of(*operation.intent) == intent_state::suspended)
        report("operation " + e.record.op_id.str() + " is made under a SUSPENDED intent");
      operation.intent.reset();
    }
    check_intent(e.record.op_id, operation);
    session_.pending_operations += !is_settled(e.record.state);
  }

  void operator()(const operation_moved& e) {
    auto& operation = session_.operations[e.op_id];
    if (!has_row(operation_transitions, operation.state, e.to))
      report("SPEC 16.6.1 has no row from " + text(operation.state) + " to " + text(e.to) + " for " + e.op_id.str());
    session_.pending_operations -= !is_settled(operation.state) && is_settled(e.to);
    operation.state = e.to;
    if (e.to == operation_state::committed)
      check_intent(e.op_id, operation);
  }

  void operator()(const conflict_opened& e) {
    const auto [known, is_new] = session_.conflicts.try_emplace(e.record.conflict_id, e.record.state);
    if (!is_new)
      report("a second conflict " + e.record.conflict_id.str());
    if (next(conflict_state::none, conflict_event::reported) != e.record.state)
      report("conflict " + e.record.conflict_id.str() + " begins as " + text(e.record.state));
    ++session_.open_conflicts;
    auto& latest = session_.latest_conflicts;
    latest.push_back(e.record.conflict_id);
    if (latest.size() > 8)
      latest.erase(latest.begin());
  }

  void operator()(const conflict_moved& e) {
    auto& state = session_.conflicts[e.conflict_id];
    if (state != e.to && !has_row(conflict_transitions, state, e.to))
      report("SPEC 17.8.1 has no row from " + text(state) + " to " + text(e.to) + " for " + e.conflict_id.str());
    state = e.to;
  }

  void operator()(const conflict_ended& e) {
    auto& state = session_.conflicts[e.conflict_id];
    if (state == conflict_state::none || is_settled(state))
      report("conflict " + e.conflict_id.str() + " is settled again: it was " + text(state));
    const auto resolved = next(state, conflict_event::resolved);
    const bool by_resolution = resolved && next(*resolved, conflict_event::archived) == e.to;
    if (!by_resolution && !has_row(conflict_transitions, state, e.to))
      report("SPEC 17.8.1 has no row from " + text(state) + " to " + text(e.to) + " for " + e.conflict_id.str());
    state = e.to;
    --session_.open_conflicts;
  }

  void operator()(const session_ended&) { session_.has_ended = true; }

  template <class Other>
  void operator()(const Other&) {} // moves no state machine

private:
  template <class State>
  static std::string text(State state) {
    return state == State::none ? "unknown" : std::string(to_string(state));
  }

  [[nodiscard]] intent_state state_of(const intent_id& id) const {
    const auto found = session_.intents.find(id);
    return found == session_.intents.end() ? intent_state::none : found->second.state;
  }

  void check_intent(const op_id& id, const operation_shadow& operation) {
    if (operation.intent && state_of(*operation.intent) != intent_state::active)
      report("operation " + id.str() + " is " + text(operation.state) + " under " + operation.intent->str() +
             ", which is " + text(state_of(*operation.intent)));
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
  follower follow(seen);
  for (const auto& e : seen.decision.events)
    std::visit(follow, e);
}

} // namespace mpac::tests
