#include "protocol/wire/snapshot_encoder.hpp"
#include "tests/simulation/invariants.hpp"

#include <simdjson.h>

namespace mpac::tests {

void check_snapshot(const session_shadow& session, base::instant now, violation& amiss) {
  namespace dom = simdjson::dom;
  const auto whose = "the snapshot of " + session.id.str();
  thread_local dom::parser parser;
  dom::object snapshot;
  if (const auto error = parser.parse(protocol::snapshot_json(*session.facts, now)).get_object().get(snapshot))
    return amiss.report(whose + " is no JSON: " + simdjson::error_message(error));
  dom::array rows;
  for (const auto* part : {"operations", "conflicts", "participants", "intents"})
    if (snapshot[part].get_array().get(rows) != simdjson::SUCCESS)
      amiss.report(whose + " has no " + part);
  std::uint64_t clock = 0;
  if (snapshot["lamport_clock"].get_uint64().get(clock) != simdjson::SUCCESS || clock != session.lamport)
    amiss.report(whose + " has another clock");
  std::size_t live = 0;
  for (const auto intent : rows) { // the last part that was looked at
    std::string_view state;
    if (intent["state"].get_string().get(state) != simdjson::SUCCESS)
      amiss.report(whose + " has an intent without a state");
    live += state == "ACTIVE" || state == "SUSPENDED";
  }
  if (live != session.live_intents)
    amiss.report(whose + " has " + std::to_string(live) + " live intents, not " + std::to_string(session.live_intents));
}

} // namespace mpac::tests
