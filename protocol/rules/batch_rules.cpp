// OP_BATCH_COMMIT in both execution models and both atomicities (SPEC 16.8).
#include "protocol/rules/authorisation.hpp"
#include "protocol/rules/commitment.hpp"
#include "protocol/rules/operation_vetting.hpp"
#include "protocol/rules/partial_batch.hpp"
#include "protocol/scope_path.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <vector>

namespace mpac::protocol::rules {
namespace {

/// The one intent of a batch (16.8-09): its own, or else the one its entries repeat.
std::optional<intent_id> intent_of(const op_batch_commit& said) {
  if (said.intent_id)
    return said.intent_id;
  const auto naming = std::find_if(said.operations.begin(), said.operations.end(),
                                   [](const batch_operation& entry) { return entry.intent_id.has_value(); });
  return naming == said.operations.end() ? std::nullopt : naming->intent_id;
}

bool hangs_together(const op_batch_commit& said) {
  return !said.atomicity || said.atomicity->is(atomicity::all_or_nothing);
}

/// Which entries pass.
struct sifted {
  std::vector<const batch_operation*> accepted;
  std::vector<const batch_operation*> refused_entries; ///< those of `rejected`
  std::vector<op_reject> rejected;
  std::optional<refusal> refused; ///< the whole message
};

/// `judge(entry)` says what speaks against an entry but for its target.
template <class Judge>
sifted sift(const op_batch_commit& said, const incoming& from, const draft& out, Judge&& judge) {
  sifted all;
  // Entries see what earlier entries of the batch have done to a target.
  std::unordered_map<std::string, std::string> moved; // by the name of the target
  const auto named = intent_of(said);
  for (const auto& entry : said.operations) {
    std::optional<refusal> why = judge(entry);
    if (!why) {
      const auto earlier = moved.find(target_name(entry.target));
      const auto* current = earlier != moved.end() ? &earlier->second : out.facts().target_ref(entry.target);
      const auto* pending = out.facts().proposals().find(entry.op_id);
      const auto& under = pending && !named ? pending->intent_id : named;
      why = vet_target({entry.target, entry.state_ref_before, current, under}, from, out);
      if (why && why->code == error_code::scope_frozen) { // SPEC 18.6.2
        if (hangs_together(said)) {                       // nothing of it may be written (O-134)
          all.refused = std::move(why);
          return all;
        }
        why->description.insert(0, "scope_frozen: ");
      }
      if (why && why->code == error_code::stale_state_ref)
        why->description.insert(0, "stale_state_ref: ");
    }
    if (why) {
      all.rejected.push_back(
          {entry.op_id, std::string(shortened(why->description, longest_description)), from.message.message_id, {}});
      all.refused_entries.push_back(&entry);
      continue;
    }
    if (entry.state_ref_after)
      moved.insert_or_assign(target_name(entry.target), *entry.state_ref_after);
    all.accepted.push_back(&entry);
  }
  return all;
}

/// One OP_REJECT for all, to the sender alone: nothing is registered (O-113).
void refuse_whole(const op_batch_commit& said, const std::vector<op_reject>& rejected, const incoming& from,
                  draft& out) {
  op_reject whole{said.batch_id, "batch_validation_failed", from.message.message_id, std::vector<op_id>{}};
  for (const auto& one : rejected)
    whole.rejected_ops->push_back(one.op_id);
  out.came_to_nothing();
  out.tell(audience::at(from.seat), std::move(whole), compensation_due(out));
}

/// Everybody hears of what is left of a batch.
void pass_on(const sifted& entries, const incoming& from, draft& out) {
  if (entries.accepted.empty())
    return out.came_to_nothing();
  out.relay(out.relayable(from.frame, [&](const frame_ptr& frame) { return with_refused(frame, entries.rejected); }));
}

/// Tells of an entry that is refused: its sender, for others read it in the batch as it is relayed. Where that is
/// relayed as it was signed everybody is told. An id that stands for another operation as well is told as part of the
/// batch: nobody has somebody's operation refused by using its id.
void tell_of_refused(op_reject entry, const op_batch_commit& said, const incoming& from, draft& out,
                     std::optional<json_text> extensions = {}) {
  if (out.policy().security_profile != security_profile::verified)
    return out.tell(audience::at(from.seat), std::move(entry), std::move(extensions));
  const auto* known = out.facts().operation(entry.op_id);
  const bool stands_for_another =
      known ? known->batch_id != said.batch_id || known->principal_id != from.who->principal_id
            : out.facts().batches().find(entry.op_id) != nullptr;
  if (!stands_for_another)
    return out.tell(audience::all(), std::move(entry), std::move(extensions));
  op_reject part{said.batch_id, entry.reason, entry.refers_to, std::vector<op_id>{entry.op_id}};
  out.tell(audience::at(from.seat), std::move(entry), std::move(extensions));
  out.tell(audience::all_but(from.who->principal_id), std::move(part));
}

std::optional<refusal> repeated_entry(const op_batch_commit& said, const incoming& from) {
  std::set<op_id> ids{said.batch_id};
  for (const auto& entry : said.operations)
    if (!ids.insert(entry.op_id).second)
      return no(error_code::malformed_message,
                "payload.operations: op_id '" + entry.op_id.str() + "' stands twice in the batch",
                from.message.message_id);
  return std::nullopt;
}

/// What speaks against an entry of a batch that is new.
auto newcomers(const std::optional<intent_id>& named, const incoming& from, const draft& out) {
  return [&named, &from, &out](const batch_operation& entry) -> std::optional<refusal> {
    if (auto why = taken(entry.op_id, "op_id", from, out))
      return why;
    if (auto why = ended_for_good(entry.op_id, from, out))
      return why;
    if (entry.intent_id && entry.intent_id != named) // SPEC 16.8
      return no(error_code::invalid_reference, "intent_mismatch", from.message.message_id);
    return std::nullopt;
  };
}

operation_record record_of(const batch_operation& entry, const op_batch_commit& said,
                           const std::optional<intent_id>& named, const incoming& from, const intent_record* intent,
                           const draft& out) {
  auto operation = record_of(entry.op_id, entry.target, entry.op_kind, named, from, intent, out);
  operation.batch_id = said.batch_id;
  operation.batch_atomicity = hangs_together(said) ? atomicity::all_or_nothing : atomicity::best_effort;
  operation.state_ref_before = entry.state_ref_before;
  operation.state_ref_after = entry.state_ref_after;
  return operation;
}

/// `post_commit`: all of it has been done (SPEC 16.6.1 row 13).
void declare(const op_batch_commit& said, const incoming& from, draft& out) {
  const auto named = intent_of(said);
  const auto under = standing_of_commit(named, from, out);
  if (under.refused)
    return out.refuse(*under.refused, from.seat);
  if (auto why = repeated_entry(said, from))
    return out.refuse(*why, from.seat);
  auto entries = sift(said, from, out, newcomers(named, from, out));
  if (entries.refused)
    return out.refuse(*entries.refused, from.seat);
  if (!entries.rejected.empty() && hangs_together(said))
    return refuse_whole(said, entries.rejected, from, out);
  pass_on(entries, from, out);
  std::vector<operation_record> committed;
  for (const auto* entry : entries.accepted) {
    committed.push_back(record_of(*entry, said, named, from, under.intent, out));
    commit(committed.back(), operation_event::batch_declared, under.intent, false, out);
  }
  detect_intrusion(committed, under.intent, out);
  for (const auto* entry : entries.refused_entries)
    register_refused(record_of(*entry, said, named, from, under.intent, out), out);
  for (auto& one : entries.rejected)
    tell_of_refused(std::move(one), said, from, out, compensation_due(out));
}

/// `pre_commit`: the batch is asked for (SPEC 16.6.1 row 14).
void request(const op_batch_commit& said, const incoming& from, draft& out) {
  const auto about = from.message.message_id;
  const auto named = intent_of(said);
  const auto under = standing_of_proposal(named, from, out);
  if (under.refused)
    return out.refuse(*under.refused, from.seat);
  if (auto why = repeated_entry(said, from))
    return out.refuse(*why, from.seat);
  if (under.ended)
    return out.tell(audience::at(from.seat),
                    op_reject{said.batch_id, "intent_terminated", under.ended->last_message, {}});
  if (out.facts().proposals().count_of(from.who->principal_id) + said.operations.size() > pending_limit)
    return out.refuse(no(error_code::limit_reached,
                         "a principal may have " + std::to_string(pending_limit) + " operations pending", about),
                      from.seat);
  auto entries = sift(said, from, out, newcomers(named, from, out));
  if (entries.refused)
    return out.refuse(*entries.refused, from.seat);
  if (!entries.rejected.empty() && hangs_together(said))
    return refuse_whole(said, entries.rejected, from, out);
  pass_on(entries, from, out);
  std::vector<operation_record> fresh;
  for (const auto* entry : entries.accepted) {
    fresh.push_back(record_of(*entry, said, named, from, under.intent, out));
    fresh.back().state = next(fresh.back().state, operation_event::batch_requested).value();
  }
  take_up(fresh, fresh, under.intent, out);
  for (const auto* entry : entries.refused_entries)
    register_refused(record_of(*entry, said, named, from, under.intent, out), out);
  for (auto& one : entries.rejected)
    tell_of_refused(std::move(one), said, from, out);
}

std::optional<refusal> not_of_the_batch(const op_id& id, const op_batch_commit& said, const incoming& from) {
  return no(error_code::invalid_reference,
            "payload.operations: '" + id.str() + "' is no pending entry of batch '" + said.batch_id.str() + "'",
            from.message.message_id);
}

/// `pre_commit`: the batch has been executed (SPEC 16.6.1 row 15).
void carry_out(const std::vector<const operation_record*>& pending, const op_batch_commit& said, const incoming& from,
               draft& out) {
  const auto& first = *pending.front();
  const auto about = from.message.message_id;
  if (first.principal_id != from.who->principal_id)
    return out.refuse(
        no(error_code::authorization_failed,
           "payload.batch_id: '" + said.batch_id.str() + "' was proposed by '" + first.principal_id.str() + "'", about),
        from.seat);
  if (auto why = repeated_entry(said, from))
    return out.refuse(*why, from.seat);
  const auto named = intent_of(said);
  const auto judge = [&](const batch_operation& entry) -> std::optional<refusal> {
    const auto* known = out.facts().proposals().find(entry.op_id);
    if (!known || known->batch_id != said.batch_id)
      return not_of_the_batch(entry.op_id, said, from);
    return obstacle(
        *known,
        {entry.op_id, entry.target, entry.op_kind, entry.intent_id ? entry.intent_id : named, entry.state_ref_before},
        from, out);
  };
  if (first.batch_atomicity == atomicity::all_or_nothing) {
    // Nothing changes, and the batch stays pending (O-112).
    for (const auto& entry : said.operations)
      if (auto why = judge(entry))
        return out.refuse(*why, from.seat);
    if (said.operations.size() != pending.size())
      return out.refuse(no(error_code::invalid_reference,
                           "payload.operations: batch '" + said.batch_id.str() + "' is completed with all of its " +
                               std::to_string(pending.size()) + " entries",
                           about),
                        from.seat);
  }
  auto entries = sift(said, from, out, judge);
  if (entries.refused)
    return out.refuse(*entries.refused, from.seat);
  if (!entries.rejected.empty() && first.batch_atomicity == atomicity::all_or_nothing)
    return out.refuse(no(error_code::stale_state_ref, entries.rejected.front().reason, about), from.seat);
  pass_on(entries, from, out);
  const auto* intent = rules::intent_of(first, out.facts());
  std::vector<operation_record> committed;
  for (const auto* entry : entries.accepted) {
    committed.push_back(
        carried_out(*out.facts().proposals().find(entry->op_id), entry->state_ref_before, entry->state_ref_after, out));
    commit(committed.back(), operation_event::batch_completed, intent, false, out);
  }
  detect_intrusion(committed, intent, out);
  for (auto& one : entries.rejected) { // O-114: whoever hears OP_REJECT of a pending entry may forget it
    const auto* known = out.facts().proposals().find(one.op_id);
    if (known && known->batch_id == said.batch_id)
      if (const auto to = next(known->state, operation_event::rejected))
        out.note(operation_moved{known->op_id, *to});
    tell_of_refused(std::move(one), said, from, out);
  }
}

} // namespace

void on(const op_batch_commit& said, const incoming& from, draft& out) {
  if (said.operations.empty())
    return out.refuse(
        no(error_code::malformed_message, "payload.operations: a batch holds at least one", from.message.message_id),
        from.seat);
  for (std::size_t i = 0; i < said.operations.size(); ++i)
    if (auto why = vet_spelling(said.operations[i].state_ref_before, said.operations[i].state_ref_after,
                                "payload.operations[" + std::to_string(i) + "]", from, out))
      return out.refuse(*why, from.seat);
  // The request and the completion are told apart by whether the batch is pending (16.8-16).
  if (out.facts().proposals().holds_batch(said.batch_id))
    return carry_out(out.facts().proposals().in_batch(said.batch_id), said, from, out);
  if (auto why = taken(said.batch_id, "payload.batch_id", from, out))
    return out.refuse(*why, from.seat);
  if (out.policy().execution_model == execution_model::pre_commit)
    request(said, from, out);
  else
    declare(said, from, out);
}

} // namespace mpac::protocol::rules
