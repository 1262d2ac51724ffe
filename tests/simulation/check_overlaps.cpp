#include "tests/simulation/invariants.hpp"

#include <algorithm>

namespace mpac::tests {
namespace {

using namespace mpac::protocol;

/// `is_new`: an update is only judged by what it adds (SPEC 15.4), so a settled dispute may stay settled.
void check(const absorbed& seen, const intent_id& id, bool is_new) {
  const auto& facts = *seen.session.facts;
  const auto* intent = facts.intents().find(id);
  if (!intent)
    return; // ended in the same decision
  const auto all = facts.intents().all();
  const auto near = facts.intents().near(intent->scope);
  for (const auto* one : near)
    if (std::find(all.begin(), all.end(), one) == all.end())
      seen.amiss.report("SPEC 15.2.1: the index of " + seen.session.id.str() + " finds an intent near " + id.str() +
                        " that does not live");
  for (const auto* other : all) {
    if (other == intent || !overlap(intent->scope, other->scope))
      continue;
    if (std::find(near.begin(), near.end(), other) == near.end())
      seen.amiss.report("SPEC 15.2.1: the index of " + seen.session.id.str() + " does not know that " + id.str() +
                        " overlaps " + other->intent_id.str());
    if (is_new && other->principal_id != intent->principal_id &&
        !facts.conflicts().between(*intent, *other, conflict_category::scope_overlap))
      seen.amiss.report("SPEC 17.2: nobody was told that " + id.str() + " overlaps " + other->intent_id.str() + " in " +
                        seen.session.id.str());
  }
}

} // namespace

void check_overlaps(const absorbed& seen) {
  if (!seen.session.facts)
    return;
  for (const auto& e : seen.decision.events) {
    if (const auto* begun = std::get_if<intent_registered>(&e))
      check(seen, begun->record->intent_id, true);
    else if (const auto* revised = std::get_if<intent_revised>(&e); revised && revised->scope)
      check(seen, revised->intent_id, false);
  }
}

} // namespace mpac::tests
