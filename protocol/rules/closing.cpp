#include "protocol/rules/rules.hpp"

namespace mpac::protocol::rules {
namespace {

/// Counts what the close itself brings about, so that the summary tells what holds behind it.
struct tally {
  const session& facts;
  session_summary& summary;

  void operator()(const intent_moved& e) const {
    const auto* intent = facts.intents().find(e.intent_id);
    if (!intent || !is_terminal(e.to))
      return;
    if (e.to == intent_state::expired)
      ++summary.expired_intents;
    else // O-048
      ++(e.to == intent_state::withdrawn && !intent->committed_under ? summary.withdrawn_intents
                                                                     : summary.completed_intents);
  }
  void operator()(const operation_moved& e) const {
    summary.rejected_operations += e.to == operation_state::rejected;
    summary.abandoned_operations += e.to == operation_state::abandoned;
  }
  void operator()(const conflict_ended&) const { ++summary.resolved_conflicts; }
  template <class Other>
  void operator()(const Other&) const {}
};

/// SPEC 9.6.2 as it will be once everything that has been noted holds.
session_summary summary_of(const draft& out) {
  const auto& facts = out.facts();
  const auto& totals = facts.totals();
  session_summary summary;
  summary.total_intents = totals.intents;
  summary.completed_intents = totals.completed_intents;
  summary.expired_intents = totals.expired_intents;
  summary.withdrawn_intents = totals.withdrawn_intents;
  summary.total_operations = totals.operations;
  summary.committed_operations = totals.committed_operations;
  summary.rejected_operations = totals.rejected_operations;
  summary.abandoned_operations = totals.abandoned_operations;
  summary.total_conflicts = totals.conflicts;
  summary.resolved_conflicts = totals.resolved_conflicts;
  for (const auto& e : out.noted())
    std::visit(tally{facts, summary}, e);
  summary.total_participants = totals.participants;
  summary.duration_sec = base::to_seconds(out.now() - facts.origin().created_at);
  return summary;
}

/// Where the admin API tells the transcript; nothing where it will not: what a hub has in memory alone goes with it.
std::optional<std::string> transcript_ref(const session& facts, close_reason reason) {
  if (!facts.policy().lifecycle.transcript_export || reason == close_reason::coordinator_shutdown)
    return std::nullopt;
  return "/api/v1/sessions/" + facts.origin().id.str() + "/transcript";
}

} // namespace

void close_session(close_reason reason, close_disposition intents, draft& out) {
  const auto& facts = out.facts();
  if (facts.ended())
    return;
  refuse_operations_at_close(intents, out); // no grace outlives the session (O-065)
  if (intents == close_disposition::withdraw_all)
    for (const auto* intent : facts.intents().all())
      end_intent(*intent, intent_event::withdrawn, out);
  auto summary = summary_of(out);
  out.note(session_ended{reason});
  session_close farewell;
  farewell.reason = reason;
  farewell.final_lamport_clock = static_cast<std::int64_t>(out.lamport());
  farewell.summary = std::move(summary);
  farewell.active_intents_disposition = intents;
  farewell.transcript_ref = transcript_ref(facts, reason);
  out.tell(audience::all(), std::move(farewell));
}

} // namespace mpac::protocol::rules
