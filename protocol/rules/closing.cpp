#include "protocol/rules/rules.hpp"

namespace mpac::protocol::rules {
namespace {

/// SPEC 9.6.2 as it will be once the live intents are withdrawn, what is pending is refused, and the conflicts that
/// hung on them are dismissed.
session_summary summary_of(const draft& out) {
  const auto& facts = out.facts();
  const auto& totals = facts.totals();
  session_summary summary;
  summary.total_intents = totals.intents;
  summary.completed_intents = totals.completed_intents;
  summary.expired_intents = totals.expired_intents;
  summary.withdrawn_intents = totals.withdrawn_intents;
  for (const auto* intent : facts.intents().all())
    ++(intent->committed_under ? summary.completed_intents : summary.withdrawn_intents); // O-048
  summary.total_operations = totals.operations;
  summary.committed_operations = totals.committed_operations;
  summary.rejected_operations = totals.rejected_operations + static_cast<std::int64_t>(facts.proposals().size());
  summary.abandoned_operations = totals.abandoned_operations;
  summary.total_conflicts = totals.conflicts;
  summary.resolved_conflicts = totals.resolved_conflicts;
  for (const auto* conflict : facts.conflicts().all())
    summary.resolved_conflicts += out.is_settling(conflict->conflict_id);
  summary.total_participants = static_cast<std::int64_t>(facts.people().size());
  summary.duration_sec = base::to_seconds(out.now() - facts.origin().created_at);
  return summary;
}

} // namespace

void close_session(close_reason reason, draft& out) {
  const auto& facts = out.facts();
  if (facts.ended())
    return;
  refuse_operations_at_close(out);
  for (const auto* intent : facts.intents().all())
    end_intent(*intent, intent_event::withdrawn, out);
  auto summary = summary_of(out);
  out.note(session_ended{reason});
  session_close farewell;
  farewell.reason = reason;
  farewell.final_lamport_clock = static_cast<std::int64_t>(out.lamport());
  farewell.summary = std::move(summary);
  farewell.active_intents_disposition = close_disposition::withdraw_all;
  out.tell(audience::all(), std::move(farewell));
}

} // namespace mpac::protocol::rules
