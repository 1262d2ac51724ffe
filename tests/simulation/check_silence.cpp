#include "tests/simulation/invariants.hpp"

#include <algorithm>

namespace mpac::tests {

using namespace mpac::protocol;

void check_silence(const session_shadow& session, violation& amiss) {
  if (session.live_intents != 0)
    amiss.report(session.id.str() + " keeps " + std::to_string(session.live_intents) + " intents whose time is over");
  if (session.pending_operations != 0)
    amiss.report(session.id.str() + " keeps " + std::to_string(session.pending_operations) + " operations pending");
  if (!session.facts)
    return;
  // A commit is no end: a dispute about one waits for somebody to decide it (SPEC 17.9).
  for (const auto* conflict : session.facts->conflicts().all()) {
    const auto& ops = conflict->related_ops;
    const bool waits = std::any_of(ops.begin(), ops.end(), [&](const op_id& id) {
      const auto* operation = session.facts->operation(id);
      return !operation || !is_terminal(operation->state);
    });
    if (!waits)
      amiss.report("SPEC 17.9: conflict " + conflict->conflict_id.str() + " is stuck: all that it is about is over");
  }
}

} // namespace mpac::tests
