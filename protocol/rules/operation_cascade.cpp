// What becomes of pending operations when their intent ends, rests or returns, and when their proposer is gone
// (SPEC 14.7.3, 15.7).
#include "protocol/rules/operation_endings.hpp"

namespace mpac::protocol::rules {
namespace {

constexpr std::string_view intent_terminated = "intent_terminated"; // SPEC 15.7

/// The intent's last message, as far as it is remembered: of one that ends in this decision, the message that ends it.
std::optional<message_id> last_message_of(const operation_record& operation, const draft& out) {
  if (!operation.intent_id)
    return std::nullopt;
  const auto* live = out.facts().intents().find(*operation.intent_id);
  if (live && out.is_ending(*operation.intent_id) && !out.why().message.empty())
    return out.why().message;
  const bool is_this_one = live && operation.refuse_at == base::never; // else one that has got the id since
  const auto* intent = is_this_one ? live : out.facts().past_intents().find(*operation.intent_id);
  return intent ? std::optional(intent->last_message) : std::nullopt;
}

} // namespace

void end_operations_under(const intent_record& intent, draft& out) {
  const auto grace = out.policy().governance.intent_expiry_grace;
  std::vector<const operation_record*> over;
  for (const auto* operation : out.facts().proposals().under(intent.intent_id)) {
    if (out.is_settling(operation->op_id) || operation->refuse_at != base::never)
      continue; // on notice already, for an intent that bore the same id
    if (grace > base::duration::zero())
      out.note(operation_given_notice{operation->op_id, out.now() + grace});
    else
      over.push_back(operation);
  }
  reject(over, operation_event::intent_terminated, intent_terminated, out);
}

void refuse_operations_on_notice(draft& out) {
  reject(out.facts().proposals().refusable(out.now()), operation_event::intent_terminated, intent_terminated, out);
}

void refuse_operations_at_close(close_disposition intents, draft& out) {
  const bool intents_end = intents == close_disposition::withdraw_all;
  std::vector<const operation_record*> bound, alone;
  for (const auto* operation : out.facts().proposals().all())
    (operation->intent_id && intents_end ? bound : alone).push_back(operation);
  reject(bound, operation_event::intent_terminated, intent_terminated, out); // O-065: without grace
  reject(alone, operation_event::rejected, "session_closed", out);
}

void freeze_operations_under(const intent_record& intent, draft& out) {
  for (const auto* operation : out.facts().proposals().under(intent.intent_id))
    if (const auto to = next(operation->state, operation_event::intent_suspended);
        to && operation->refuse_at == base::never && !out.is_settling(operation->op_id))
      out.note(operation_moved{operation->op_id, *to});
}

void abandon_operations_of(const principal_id& proposer, draft& out) {
  for (const auto* operation : out.facts().proposals().of(proposer))
    if (const auto to = next(operation->state, operation_event::sender_unavailable);
        to && !out.is_settling(operation->op_id)) {
      out.note(operation_moved{operation->op_id, *to});
      dismiss_conflicts_about(*operation, out);
    }
}

std::vector<const operation_record*> unit_of(const operation_record& operation, const session& facts) {
  if (operation.batch_id && operation.batch_atomicity == atomicity::all_or_nothing)
    return facts.proposals().in_batch(*operation.batch_id);
  return {&operation};
}

void reject(const std::vector<const operation_record*>& operations, operation_event why, std::string_view reason,
            draft& out) {
  for (const auto* operation : operations) {
    if (out.is_settling(operation->op_id))
      continue; // fallen with another entry of its batch
    op_reject notice{operation->op_id, std::string(reason), last_message_of(*operation, out), {}};
    if (why != operation_event::intent_terminated && !out.why().message.empty())
      notice.refers_to = out.why().message;
    const auto falling = unit_of(*operation, out.facts());
    if (operation->batch_atomicity == atomicity::all_or_nothing) { // O-114
      notice.op_id = *operation->batch_id;
      notice.rejected_ops.emplace();
      for (const auto* entry : falling)
        notice.rejected_ops->push_back(entry->op_id);
    }
    for (const auto* one : falling)
      if (const auto to = next(one->state, why); to && !out.is_settling(one->op_id))
        out.note(operation_moved{one->op_id, *to});
    // The proposer hears it, whoever caused it, and so does the one whose message did.
    std::vector<principal_id> hearers{operation->principal_id};
    if (out.why().who && *out.why().who != operation->principal_id)
      hearers.push_back(*out.why().who);
    out.tell(audience::only(std::move(hearers)), std::move(notice));
    for (const auto* one : falling)
      dismiss_conflicts_about(*one, out);
  }
}

} // namespace mpac::protocol::rules
