#include "protocol/wire/snapshot_encoder.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/support/json.hpp"

namespace mpac::tests {

void check_snapshot(const session_shadow& session, base::instant now, violation& amiss) {
  const auto text = protocol::snapshot_json(*session.facts, now);
  try {
    const auto snapshot = parse_json(text);
    for (const auto* part : {"intents", "operations", "conflicts", "participants"})
      if (const auto* rows = find(snapshot, part); !rows || !rows->IsArray())
        amiss.report("the snapshot of " + session.id.str() + " has no " + part);
    if (number_at(snapshot, "lamport_clock") != static_cast<std::int64_t>(session.lamport))
      amiss.report("the snapshot of " + session.id.str() + " has another clock");
    std::size_t live = 0;
    for (const auto& intent : find(snapshot, "intents")->GetArray())
      live += text_at(intent, "state") == "ACTIVE" || text_at(intent, "state") == "SUSPENDED";
    if (live != session.live_intents)
      amiss.report("the snapshot of " + session.id.str() + " has " + std::to_string(live) + " live intents, not " +
                   std::to_string(session.live_intents));
  } catch (const unreadable& why) {
    amiss.report("the snapshot of " + session.id.str() + " is no JSON: " + why.what());
  }
}

} // namespace mpac::tests
