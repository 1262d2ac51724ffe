#include "protocol/rules/authorisation.hpp"

#include <algorithm>
#include <unordered_set>

namespace mpac::protocol::rules {
namespace {

bool is_pre_commit(const draft& out) {
  return out.policy().execution_model == execution_model::pre_commit;
}

bool hangs_together(const operation_record& operation) {
  return operation.batch_id && operation.batch_atomicity == atomicity::all_or_nothing;
}

/// A blocking conflict is any unresolved one that names the operation or its intent (O-032).
bool is_disputed(const operation_record& operation, const draft& out) {
  const auto& conflicts = out.facts().conflicts();
  if (conflicts.size() == 0)
    return false;
  const bool is_registered = operation.order != 0; // else what is about its id is about an earlier one
  if (is_registered &&
      conflicts.any_about(operation.op_id, [&](const auto& one) { return !out.is_settling(one.conflict_id); }))
    return true;
  const auto* intent = operation.intent_id ? out.facts().intents().find(*operation.intent_id) : nullptr;
  return intent && conflicts.any_about(intent->intent_id, [&](const auto& one) {
    return !out.is_settling(one.conflict_id) && concerns(one, *intent);
  });
}

bool may_be_executed(const operation_record& operation, const draft& out) {
  return operation.state == operation_state::proposed && operation.refuse_at == base::never &&
         !out.is_settling(operation.op_id) && !(operation.intent_id && out.is_ending(*operation.intent_id)) &&
         !is_disputed(operation, out);
}

void authorise(const operation_record& operation, draft& out) {
  const auto& facts = out.facts();
  if (!next(operation.state, operation_event::authorised))
    return;
  out.note(operation_authorised{operation.op_id, facts.coordinator(), out.now()});
  coordinator_status status;
  status.event = coordinator_event::authorization;
  status.coordinator_id = facts.coordinator();
  status.session_health = health_of(facts);
  status.authorized_op_id = operation.op_id;
  status.authorized_batch_id = operation.batch_id;
  status.authorized_by = facts.coordinator();
  // Existing clients take any authorisation for their own (O-029).
  const bool to_all = out.policy().routing.authorization_to == authorization_audience::all;
  out.tell(to_all ? audience::all() : audience::only({operation.principal_id}), std::move(status));
}

} // namespace

void authorise_free(const std::vector<const operation_record*>& candidates, draft& out) {
  std::unordered_set<op_id> seen; // batches that were judged as a whole
  const auto is_waiting = [&](const operation_record* one) {
    return !one->authorised_by && !out.is_authorised(one->op_id);
  };
  for (const auto* one : candidates) {
    if (!hangs_together(*one)) {
      if (is_waiting(one) && may_be_executed(*one, out))
        authorise(*one, out);
      continue;
    }
    if (!seen.insert(*one->batch_id).second)
      continue;
    std::vector<const operation_record*> batch;
    std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(batch),
                 [&](const auto* other) { return other->batch_id == one->batch_id; });
    if (!std::all_of(batch.begin(), batch.end(), [&](const auto* entry) { return may_be_executed(*entry, out); }))
      continue;
    for (const auto* entry : batch)
      if (is_waiting(entry))
        authorise(*entry, out);
  }
}

void take_up(std::vector<operation_record> fresh, std::span<const operation_record> touching,
             const intent_record* intent, draft& out) {
  for (auto& operation : fresh) {
    operation.compared_with = is_pre_commit(out) ? out.facts().intents_registered() : 0;
    out.note(operation_registered{operation});
  }
  if (!is_pre_commit(out))
    return;
  // Before anything happens is the best time to find out whom it would disturb.
  const auto disputed = detect_intrusion(touching, intent, out);
  const auto is_new_dispute = [&](const operation_record& one) {
    return std::find(disputed.begin(), disputed.end(), one.op_id) != disputed.end();
  };
  if (!fresh.empty() && hangs_together(fresh.front()) && std::any_of(fresh.begin(), fresh.end(), is_new_dispute))
    return;
  std::vector<const operation_record*> candidates;
  for (const auto& operation : fresh)
    if (!is_new_dispute(operation))
      candidates.push_back(&operation);
  authorise_free(candidates, out);
}

void thaw_operations_under(const intent_record& intent, draft& out) {
  std::vector<operation_record> thawed;
  for (const auto* operation : out.facts().proposals().under(intent.intent_id)) {
    const auto to = next(operation->state, operation_event::intent_restored);
    if (!to || operation->refuse_at != base::never || out.is_settling(operation->op_id))
      continue; // on notice: it was proposed under an intent that has ended and bore the same id
    out.note(operation_moved{operation->op_id, *to});
    // What was authorised before is judged again (O-033).
    if (is_pre_commit(out)) {
      thawed.push_back(*operation);
      thawed.back().state = *to;
      thawed.back().authorised_by.reset();
    }
  }
  std::vector<const operation_record*> candidates;
  for (const auto& operation : thawed)
    candidates.push_back(&operation);
  authorise_free(candidates, out);
}

void authorise_released(draft& out) {
  if (!is_pre_commit(out) || out.facts().proposals().size() == 0 || !out.settles_conflicts())
    return;
  const auto& proposals = out.facts().proposals();
  std::vector<const operation_record*> candidates;
  std::unordered_set<const operation_record*> known;
  const auto add = [&](const operation_record* operation) {
    if (known.insert(operation).second)
      candidates.push_back(operation);
  };
  const auto consider = [&](const operation_record* operation) {
    if (!hangs_together(*operation))
      return add(operation);
    for (const auto* entry : proposals.in_batch(*operation->batch_id))
      add(entry);
  };
  for (const auto& e : out.noted()) {
    const auto* ended = std::get_if<conflict_ended>(&e);
    const auto* conflict = ended ? out.facts().conflicts().find(ended->conflict_id) : nullptr;
    if (!conflict)
      continue;
    for (const auto& intent : conflict->related_intents)
      for (const auto* operation : proposals.under(intent))
        consider(operation);
    for (const auto& id : conflict->related_ops)
      if (const auto* operation = proposals.find(id))
        consider(operation);
  }
  authorise_free(candidates, out);
}

} // namespace mpac::protocol::rules
