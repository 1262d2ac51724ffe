#include "protocol/rules/commitment.hpp"

#include "protocol/rules/operation_endings.hpp"
#include "protocol/scope_path.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

/// Operations under a disputed intent belong to its disputes (SPEC 17.9).
void relate(const operation_record& operation, bool was_pending, const intent_record& intent, draft& out) {
  for (const auto* conflict : out.facts().conflicts().about(intent.intent_id)) {
    if (was_pending && out.facts().conflicts().is_about(*conflict, operation.op_id))
      continue;
    if (concerns(*conflict, intent))
      out.note(conflict_op_related{conflict->conflict_id, operation.op_id});
  }
}

/// O-031: a contested operation is SUPERSEDED once what undoes it has been committed.
void settle_contested(const operation_record& operation, draft& out) {
  const auto& facts = out.facts();
  for (const auto& id :
       facts.contested().undone_by({operation.op_id, out.why().message, operation.target, operation.state_ref_after}))
    if (const auto* undone = facts.past_operations().find(id); undone && !out.is_over(id)) // by this batch already
      if (const auto to = next(undone->state, operation_event::superseded)) {
        out.note(operation_moved{.op_id = id, .to = *to, .superseded_by = operation.op_id});
        dismiss_conflicts_about(*undone, out);
      }
}

} // namespace

std::optional<refusal> obstacle(const operation_record& pending, const completion& said, const incoming& from,
                                const draft& out) {
  const auto refuse = [&](error_code code, const std::string& why) {
    return no(code, "operation '" + pending.op_id.str() + "' " + why, from.message.message_id);
  };
  const auto& policy = out.policy();
  if (pending.principal_id != from.who->principal_id)
    return refuse(error_code::authorization_failed, "was proposed by '" + pending.principal_id.str() + "'");
  if (pending.state == operation_state::frozen)
    return refuse(error_code::invalid_reference, "is FROZEN: its intent is not ACTIVE");
  const bool is_pre_commit = policy.execution_model == execution_model::pre_commit;
  const bool needs_intent = is_pre_commit || policy.compliance_profile != compliance_profile::core ||
                            policy.unknown_intent_commit == unknown_intent_commit::reject;
  if (pending.refuse_at != base::never && needs_intent) // SPEC 15.7; elsewhere O-043 lets it be
    return refuse(error_code::invalid_reference,
                  "can't be committed: its intent has ended; put it under another with OP_SUPERSEDE");
  if (is_pre_commit && !pending.authorised_by)
    return refuse(error_code::authorization_failed, "is not authorised yet");
  if (!said.intent && policy.compliance_profile != compliance_profile::core)
    return no(error_code::malformed_message, "payload.intent_id: required in this session's profile",
              from.message.message_id);
  // O-111: what is carried out is what was proposed.
  const auto differs = [&](std::string_view member, const std::string& given, const std::string& proposed) {
    return refuse(error_code::authorization_failed,
                  "was proposed with " + std::string(member) + " '" + proposed + "', not '" + given + "'");
  };
  if (!same_target(said.target, pending.target))
    return differs("target", said.target, pending.target);
  if (said.op_kind != pending.op_kind)
    return differs("op_kind", said.op_kind, pending.op_kind);
  if (said.intent && said.intent != pending.intent_id)
    return differs("intent_id", said.intent->str(), pending.intent_id ? pending.intent_id->str() : std::string());
  if (said.state_ref_before && pending.state_ref_before && *said.state_ref_before != *pending.state_ref_before)
    return differs("state_ref_before", *said.state_ref_before, *pending.state_ref_before);
  return std::nullopt;
}

const intent_record* intent_of(const operation_record& operation, const session& facts) {
  // Who was given notice belonged to an intent that has ended; another may bear its id since.
  return operation.intent_id && operation.refuse_at == base::never ? facts.intents().find(*operation.intent_id)
                                                                   : nullptr;
}

operation_record carried_out(const operation_record& pending, const std::optional<std::string>& state_ref_before,
                             const std::optional<std::string>& state_ref_after, const draft& out) {
  auto operation = pending;
  if (state_ref_before)
    operation.state_ref_before = state_ref_before;
  if (state_ref_after)
    operation.state_ref_after = state_ref_after;
  const auto* intent = intent_of(pending, out.facts());
  operation.uncoordinated = !intent;
  operation.outside_scope =
      intent && covers_target(intent->scope, operation.target, out.facts().registry()) == verdict::no;
  return operation;
}

void commit(operation_record& operation, operation_event how, const intent_record* intent, bool is_written,
            draft& out) {
  const bool knows_itself = is_written || out.facts().files().find(target_name(operation.target));
  if (!knows_itself && operation.state_ref_after && !operation.state_ref_after->empty())
    out.note(target_moved{operation.target, *operation.state_ref_after});
  const bool was_pending = operation.state != operation_state::none;
  operation.state = next(operation.state, how).value();
  if (was_pending)
    out.note(operation_moved{.op_id = operation.op_id,
                             .to = operation.state,
                             .state_ref_before = operation.state_ref_before,
                             .state_ref_after = operation.state_ref_after,
                             .uncoordinated = operation.uncoordinated,
                             .outside_scope = operation.outside_scope});
  else
    out.note(operation_registered{operation});
  if (intent) // behind the registration: an id that is used again stands for the new operation from there on
    relate(operation, was_pending, *intent, out);
  if (!operation.state_ref_before)
    detect_concurrent_write(operation, out);
  if (!out.facts().contested().empty())
    settle_contested(operation, out);
}

} // namespace mpac::protocol::rules
