#include "tests/simulation/invariants.hpp"

namespace mpac::tests {
namespace {

using namespace mpac::protocol;

/// The conflicts that a decision settles for want of anybody to settle them (SPEC 17.9): nobody may be left.
void check_dismissals(const absorbed& seen) {
  const auto& facts = *seen.session.facts;
  for (const auto& e : seen.decision.events) {
    const auto* ended = std::get_if<conflict_ended>(&e);
    const auto* conflict =
        ended && ended->to == conflict_state::dismissed ? facts.past_conflicts().find(ended->conflict_id) : nullptr;
    if (!conflict)
      continue;
    for (const auto& id : conflict->related_intents)
      if (const auto* intent = facts.intents().find(id); intent && concerns(*conflict, *intent))
        seen.amiss.report("conflict " + conflict->conflict_id.str() + " is dismissed while intent " + id.str() +
                          " lives");
  }
}

} // namespace

void check_tables(const absorbed& seen) {
  const auto& session = seen.session;
  if (!session.facts)
    return;
  const auto& facts = *session.facts;
  const auto compare = [&](const char* what, std::size_t held, std::size_t due) {
    if (held != due)
      seen.amiss.report(session.id.str() + " holds " + std::to_string(held) + ' ' + what +
                        " where its decisions leave " + std::to_string(due));
  };
  compare("decisions", facts.sequence(), session.sequence);
  compare("ticks of its clock", facts.lamport(), session.lamport);
  compare("live intents", facts.intents().size(), session.live_intents);
  compare("pending operations", facts.proposals().size(), session.pending_operations);
  compare("open conflicts", facts.conflicts().size(), session.open_conflicts);
  compare("deferrals", facts.deferrals().size(), session.deferrals.size());
  compare("pending claims", facts.claims().all().size(), session.claims.size());
  for (const auto held :
       {facts.past_intents().size(), facts.past_operations().size() - facts.past_operations().held(),
        facts.past_conflicts().size(), facts.past_claims().size(), facts.batches().size(), facts.contested().size()})
    if (held > history_limit)
      seen.amiss.report(session.id.str() + " remembers " + std::to_string(held) + " of what is over");
  if (facts.past_operations().held() != 0) {
    std::size_t disputed = 0;
    facts.past_operations().for_each(
        [&](const operation_record& one) { disputed += facts.conflicts().count_about(one.op_id) != 0; });
    if (disputed < facts.past_operations().held())
      seen.amiss.report(session.id.str() + " remembers operations beyond their time that nobody disputes");
  }
  for (const auto& e : seen.decision.events) // what this decision moved is where it said
    if (const auto* moved = std::get_if<intent_moved>(&e)) {
      const auto* live = facts.intents().find(moved->intent_id);
      const auto due = session.intents.at(moved->intent_id).state;
      if (is_terminal(due) ? live != nullptr : !live || live->state != due)
        seen.amiss.report("intent " + moved->intent_id.str() + " of " + session.id.str() + " is not " +
                          std::string(to_string(due)));
    } else if (const auto* went = std::get_if<operation_moved>(&e)) {
      const auto* pending = facts.proposals().find(went->op_id);
      const auto due = session.operations.at(went->op_id).state;
      if (is_settled(due) ? pending != nullptr : !pending || pending->state != due)
        seen.amiss.report("operation " + went->op_id.str() + " of " + session.id.str() + " is not " +
                          std::string(to_string(due)));
    } else if (const auto* turned = std::get_if<conflict_moved>(&e)) {
      const auto* open = facts.conflicts().find(turned->conflict_id);
      const auto due = session.conflicts.at(turned->conflict_id);
      if (is_settled(due) ? open != nullptr : !open || open->state != due)
        seen.amiss.report("conflict " + turned->conflict_id.str() + " of " + session.id.str() + " is not " +
                          std::string(to_string(due)));
    }
  check_dismissals(seen);
}

} // namespace mpac::tests
