// OP_REJECT by a reviewer, owner or arbiter (SPEC 16.4, 18.2), and what a RESOLUTION rejects (SPEC 18.4).
#include "protocol/rules/commitment.hpp"
#include "protocol/rules/operation_endings.hpp"
#include "protocol/wire/policy_json.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

using operations = std::vector<const operation_record*>;

bool is_applied(const operation_record& operation) {
  return operation.state == operation_state::committed;
}

/// The committed operations of a batch, as far as they are remembered. All that is remembered is looked through.
operations committed_of(const op_id& batch, const session& facts) {
  operations found;
  facts.past_operations().for_each([&](const operation_record& one) {
    if (one.batch_id == batch && is_applied(one))
      found.push_back(&one);
  });
  return found;
}

/// What an id stands for that is refused: an operation, with all its batch where that hangs together, or a batch.
/// `entries` may name a part of a batch whose entries stand alone.
operations named_by(const op_id& id, const std::optional<std::vector<op_id>>& entries, const session& facts) {
  if (const auto* operation = facts.operation(id)) {
    if (!is_settled(operation->state))
      return unit_of(*operation, facts);
    if (is_applied(*operation) && operation->batch_atomicity == atomicity::all_or_nothing) // 16.8-06
      return committed_of(*operation->batch_id, facts);
    return {operation};
  }
  auto found = facts.proposals().in_batch(id);
  if (found.empty() && facts.batches().find(id)) // most ids are those of intents
    found = committed_of(id, facts);
  if (entries && !entries->empty() && !found.empty() && found.front()->batch_atomicity == atomicity::best_effort)
    std::erase_if(found, [&](const auto* one) {
      return std::find(entries->begin(), entries->end(), one->op_id) == entries->end();
    });
  return found;
}

/// What a resolution refuses by an id: all that falls with it, if anything of it belongs to the conflict.
operations refused_by(const op_id& id, const conflict_record& conflict, const session& facts) {
  const auto belongs = [&](const operation_record* one) {
    if (facts.conflicts().is_about(conflict, one->op_id))
      return true;
    const auto* intent = intent_of(*one, facts);
    return !is_settled(one->state) && intent && concerns(conflict, *intent);
  };
  auto named = named_by(id, {}, facts);
  return std::any_of(named.begin(), named.end(), belongs) ? std::move(named) : operations{};
}

/// Why nothing of it can be refused any more.
refusal too_late(const op_id& id, const operations& named, const incoming& from, const draft& out) {
  std::string why = named.empty() ? "is not known" : "is " + std::string(to_string(named.front()->state)) + " already";
  if (!named.empty() && is_applied(*named.front()) && out.policy().execution_model == execution_model::post_commit)
    why = "is contested already";
  return no(error_code::invalid_reference, "payload.op_id: '" + id.str() + "' " + why, from.message.message_id);
}

/// O-113: whoever applied what a resolution refuses hears that it has to be taken back, and with what. A batch hears it
/// once, as it was applied.
void ask_to_compensate(const operations& owed, const std::optional<std::string>& rollback, draft& out) {
  if (owed.empty())
    return;
  const auto& first = *owed.front();
  op_reject notice{first.op_id, "resolution_rejected", {}, {}};
  if (!out.why().message.empty())
    notice.refers_to = out.why().message;
  if (owed.size() > 1 || first.batch_atomicity == atomicity::all_or_nothing) {
    notice.op_id = *first.batch_id;
    notice.rejected_ops.emplace();
    for (const auto* one : owed)
      notice.rejected_ops->push_back(one->op_id);
  }
  std::vector<principal_id> hearers{first.principal_id};
  if (out.why().who && *out.why().who != first.principal_id)
    hearers.push_back(*out.why().who);
  auto hint = json_text{R"({"compensation_due":true})"};
  if (rollback && *rollback != first.op_id.str())
    hint = json_object({{"compensate_with", *rollback}}, "compensation_due");
  out.tell(audience::only(std::move(hearers)), std::move(notice), std::move(hint));
}

} // namespace

void on(const op_reject& said, const incoming& from, draft& out) {
  const bool is_post_commit = out.policy().execution_model == execution_model::post_commit;
  const auto named = named_by(said.op_id, said.rejected_ops, out.facts());
  operations refused;
  for (const auto* operation : named) {
    if (const auto to = next(operation->state, operation_event::rejected))
      out.note(operation_moved{operation->op_id, *to, {}, {}, {}});
    else if (is_post_commit && is_applied(*operation) && !operation->contested) // 7.8-15, O-031
      out.note(operation_contested{operation->op_id, {}});
    else
      continue;
    refused.push_back(operation);
  }
  if (refused.empty())
    return out.refuse(too_late(said.op_id, named, from, out), from.seat);
  std::vector<principal_id> hearers{from.who->principal_id};
  if (const auto& proposer = refused.front()->principal_id; proposer != hearers.front())
    hearers.push_back(proposer);
  out.forward(audience::only(std::move(hearers)), from.frame);
  for (const auto* operation : refused)
    if (out.is_settling(operation->op_id))
      dismiss_conflicts_about(*operation, out);
}

bool refuses_committed(const op_id& id, const conflict_record& conflict, const session& facts) {
  const auto refused = refused_by(id, conflict, facts);
  return std::any_of(refused.begin(), refused.end(), [](const auto* one) { return is_applied(*one); });
}

void reject_by_resolution(const op_id& id, const conflict_record& conflict, const std::optional<std::string>& rollback,
                          draft& out) {
  const auto& facts = out.facts();
  operations pending, owed;
  for (const auto* operation : refused_by(id, conflict, facts)) {
    if (!is_settled(operation->state))
      pending.push_back(operation);
    else if (is_applied(*operation)) {
      const bool is_undone_by_another = rollback && *rollback != "not_required" && *rollback != operation->op_id.str();
      out.note(operation_contested{operation->op_id, is_undone_by_another ? rollback : std::nullopt});
      const auto* remedy = is_undone_by_another ? facts.operation(op_id(*rollback)) : nullptr;
      const auto to = next(operation->state, operation_event::superseded);
      if (remedy && is_applied(*remedy) && to &&
          !out.is_over(operation->op_id)) // it has been undone before the resolution said so
        out.note(operation_moved{operation->op_id, *to, {}, {}, remedy->op_id});
      else if (rollback != "not_required")
        owed.push_back(operation);
    }
  }
  ask_to_compensate(owed, rollback, out);
  reject(pending, operation_event::rejected, "resolution_rejected", out);
}

} // namespace mpac::protocol::rules
