#include "protocol/rules/presence.hpp"
#include "protocol/wire/log_checkpoint.hpp"

namespace mpac::protocol::rules {

session_health health_of(const session& facts) {
  // O-020 as decided: recovery first, then whatever waits for somebody.
  if (facts.is_recovering())
    return session_health::recovering;
  return facts.conflicts().size() != 0 || facts.somebody_is_missed() ? session_health::degraded
                                                                     : session_health::healthy;
}

coordinator_status status_of(coordinator_event event, const draft& out) {
  const auto& facts = out.facts();
  coordinator_status status;
  status.event = event;
  status.coordinator_id = facts.coordinator();
  status.session_health = health_of(facts);
  status.active_participants = static_cast<std::int64_t>(facts.people().available());
  status.open_conflicts = static_cast<std::int64_t>(facts.conflicts().size());
  status.snapshot_lamport_clock = static_cast<std::int64_t>(out.lamport());
  return status;
}

void send_status(draft& out) {
  auto status = status_of(coordinator_event::heartbeat, out);
  out.note(status_sent{out.now() + out.policy().liveness.heartbeat_interval});
  out.tell(audience::all(), std::move(status), checkpoint_of(out.facts().log_chain()));
}

} // namespace mpac::protocol::rules
