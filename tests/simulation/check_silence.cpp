#include "tests/simulation/invariants.hpp"

#include <algorithm>

namespace mpac::tests {

using namespace mpac::protocol;

void check_silence(const session_shadow& session, violation& amiss) {
  if (session.live_intents != 0)
    amiss.report(session.id.str() + " keeps " + std::to_string(session.live_intents) + " intents whose time is over");
  if (!session.facts)
    return;
  // Whoever is `offline` is never missed (SPEC 14.3), so a proposal of its own under no intent waits for its return.
  for (const auto* operation : session.facts->proposals().all()) {
    const auto* proposer = session.facts->people().find(operation->principal_id);
    if (!proposer || !proposer->is_available)
      amiss.report("operation " + operation->op_id.str() + " of " + session.id.str() + " is pending for ever");
  }
  // A commit is no end: a dispute about one waits for somebody to decide it (SPEC 17.9).
  for (const auto* conflict : session.facts->conflicts().all()) {
    const auto& ops = conflict->related_ops;
    const bool waits = std::any_of(ops.begin(), ops.end(), [&](const op_id& id) {
      const auto* operation = session.facts->operation(id);
      const auto known = session.operations.find(id); // one's own id may be used again, and the commit stands
      const bool is_another = known != session.operations.end() && known->second.uses > 1;
      return !operation || is_another || !is_terminal(operation->state);
    });
    if (!waits)
      amiss.report("SPEC 17.9: conflict " + conflict->conflict_id.str() + " is stuck: all that it is about is over");
  }
}

} // namespace mpac::tests
