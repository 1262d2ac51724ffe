// SPEC 17.9: a conflict of which nothing is left alive is dismissed.
#include "protocol/rules/operation_endings.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

bool is_over(const conflict_record& conflict, const draft& out) {
  const auto& intents = conflict.related_intents;
  const auto& ops = conflict.related_ops;
  // An empty list counts as ended (O-123). COMMITTED is not an end (17.9-06); what is forgotten was settled long ago
  // and may have been committed.
  return std::all_of(intents.begin(), intents.end(),
                     [&](const intent_id& id) {
                       const auto* intent = out.facts().intents().find(id);
                       return out.is_over(id) || !concerns(conflict, *intent);
                     }) &&
         conflict.outlived_commits.empty() && std::all_of(ops.begin(), ops.end(), [&](const op_id& id) {
           return !out.facts().conflicts().is_about(conflict, id) || out.is_over(id);
         });
}

void dismiss_if_over(const conflict_record& conflict, draft& out) {
  const auto to = next(conflict.state, conflict_event::entities_terminated);
  if (out.is_settling(conflict.conflict_id) || !to || !is_over(conflict, out))
    return;
  resolution dismissal;
  dismissal.resolution_id = resolution_id(out.fresh_id("resolution"));
  dismissal.conflict_id = conflict.conflict_id;
  dismissal.decision = decision_kind::dismissed;
  dismissal.rationale = "all_related_entities_terminated";
  out.note(conflict_ended{conflict.conflict_id, *to, *dismissal.resolution_id, out.facts().coordinator(),
                          std::string(to_word(decision_kind::dismissed))});
  out.tell(audience::all(), std::move(dismissal));
}

} // namespace

void dismiss_conflicts_about(const intent_id& ended, draft& out) {
  for (const auto* conflict : out.facts().conflicts().about(ended))
    dismiss_if_over(*conflict, out);
}

void dismiss_conflicts_about(const operation_record& ended, draft& out) {
  for (const auto* conflict : out.facts().conflicts().about(ended.op_id))
    dismiss_if_over(*conflict, out);
}

void dismiss_conflicts_of_ended_operations(draft& out) {
  for (const auto& ended : out.ending_operations())
    for (const auto* conflict : out.facts().conflicts().about(ended))
      dismiss_if_over(*conflict, out);
}

} // namespace mpac::protocol::rules
