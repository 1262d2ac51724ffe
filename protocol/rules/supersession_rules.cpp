// OP_SUPERSEDE (SPEC 16.5): another operation in the place of a committed one, or of one whose intent has ended.
#include "protocol/rules/authorisation.hpp"
#include "protocol/rules/operation_endings.hpp"
#include "protocol/rules/operation_vetting.hpp"
#include "protocol/scope_path.hpp"

#include <vector>

namespace mpac::protocol::rules {
namespace {

refusal unfit(error_code code, std::string_view member, const op_id& id, const std::string& why, const incoming& from) {
  return no(code, "payload." + std::string(member) + ": '" + id.str() + "' " + why, from.message.message_id);
}

/// Why the sender may not replace `old`.
std::optional<refusal> obstacle(const op_supersede& said, const operation_record& old, const incoming& from) {
  const auto& id = said.supersedes_op_id;
  const bool is_own = old.principal_id == from.who->principal_id;
  const bool is_pending = !is_settled(old.state);
  if (!is_own && (is_pending || !rights_of(from.who->roles).resolve)) // O-104, O-108
    return unfit(error_code::authorization_failed, "supersedes_op_id", id,
                 "belongs to '" + old.principal_id.str() + "'", from);
  // O-104: within the grace of SPEC 15.7 a pending one may be put under another intent.
  const bool may_move = is_pending && old.refuse_at != base::never;
  if (!may_move && !next(old.state, operation_event::superseded))
    return unfit(error_code::invalid_reference, "supersedes_op_id", id,
                 "is " + std::string(to_string(old.state)) + ", not COMMITTED", from);
  if (may_move && old.batch_atomicity == atomicity::all_or_nothing)
    return unfit(error_code::invalid_reference, "supersedes_op_id", id,
                 "stands and falls with its batch '" + old.batch_id->str() + "'; send the batch anew", from);
  if (said.op_id == id)
    return unfit(error_code::malformed_message, "op_id", id, "can't supersede itself", from);
  if (!same_target(said.target, old.target)) // 16.6.1-12
    return no(error_code::invalid_reference,
              "payload.target: operation '" + id.str() + "' is about '" + old.target + "', not '" + said.target + "'",
              from.message.message_id);
  return std::nullopt;
}

/// Whether the new operation is there already, so that nothing is left to be done but to chain the two (O-108).
bool is_done_already(const op_supersede& said, const operation_record& old, const incoming& from, const draft& out) {
  const auto* known = out.facts().operation(said.op_id);
  return known && is_settled(old.state) && known->state == operation_state::committed &&
         known->principal_id == from.who->principal_id && same_target(known->target, said.target);
}

/// The intent of the new operation: the one that is named, else the old one's if it still lives.
std::optional<intent_id> intent_for(const op_supersede& said, const operation_record& old, const draft& out) {
  if (said.intent_id)
    return said.intent_id;
  if (old.intent_id && old.refuse_at == base::never && out.facts().intents().find(*old.intent_id))
    return old.intent_id;
  return std::nullopt;
}

} // namespace

void on(const op_supersede& said, const incoming& from, draft& out) {
  const auto* old = out.facts().operation(said.supersedes_op_id);
  if (!old)
    return out.refuse(
        unfit(error_code::invalid_reference, "supersedes_op_id", said.supersedes_op_id, "is not known", from),
        from.seat);
  if (auto why = obstacle(said, *old, from))
    return out.refuse(*why, from.seat);
  const bool is_pending = !is_settled(old->state);
  const auto to = next(old->state, is_pending ? operation_event::reassociated : operation_event::superseded).value();
  if (is_done_already(said, *old, from, out)) {
    out.relay(from.frame);
    out.note(operation_moved{old->op_id, to, {}, {}, said.op_id});
    return dismiss_conflicts_about(*old, out);
  }

  if (auto why = taken(said.op_id, "payload.op_id", from, out))
    return out.refuse(*why, from.seat);
  if (!is_pending)
    if (auto why = no_room(from, out))
      return out.refuse(*why, from.seat);
  const auto named = intent_for(said, *old, out);
  if (is_pending && !named)
    return out.refuse(no(error_code::malformed_message,
                         "payload.intent_id: required, because the intent of '" + old->op_id.str() + "' has ended",
                         from.message.message_id),
                      from.seat);
  const auto under = standing_of_proposal(named, from, out);
  if (under.refused)
    return out.refuse(*under.refused, from.seat);
  if (under.ended)
    return out.tell(audience::at(from.seat), op_reject{said.op_id, "intent_terminated", under.ended->last_message, {}});
  const std::optional<std::string> of_the_chain; // O-108: judged when it is committed
  if (auto why = vet_target({said.target, of_the_chain, nullptr, named}, from, out))
    return out.refuse(*why, from.seat);

  auto operation = record_of(said.op_id, said.target, old->op_kind, named, from, under.intent, out);
  operation.supersedes = old->op_id;
  operation.state = next(operation.state, operation_event::proposed).value();
  operation.state_ref_before = is_pending ? old->state_ref_before : old->state_ref_after;
  if (is_pending) {
    operation.state_ref_after = old->state_ref_after;
    operation.files = old->files;
  }
  out.relay(from.frame);
  out.note(operation_moved{old->op_id, to, {}, {}, said.op_id});
  take_up({operation}, std::vector{operation}, under.intent, out);
  dismiss_conflicts_about(*old, out);
}

} // namespace mpac::protocol::rules
