// OP_PROPOSE and OP_COMMIT (SPEC 16.2, 16.3), in both execution models (SPEC 7.8).
#include "base/result.hpp"
#include "protocol/rules/authorisation.hpp"
#include "protocol/rules/commitment.hpp"
#include "protocol/rules/operation_vetting.hpp"
#include "protocol/scope_path.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/relay_frame.hpp"

#include <algorithm>
#include <vector>

namespace mpac::protocol::rules {
namespace {

/// What a commit would write, once its targets have passed.
base::result<file_plan, refusal> plan_of(const op_commit& said, const incoming& from, const draft& out) {
  if (auto why = vet_targets(said, from, out))
    return *why;
  if (said.file_changes.empty())
    return file_plan{};
  auto checked = out.facts().files().check(said.file_changes);
  if (!checked)
    return no(code_of(checked.error()), "payload.file_changes: " + describe(checked.error()), from.message.message_id);
  return std::move(*checked);
}

/// The operation once for each file it writes: every one counts, not only that which it is named after.
std::vector<operation_record> spread(operation_record& operation, const op_commit& said, const intent_record* intent,
                                     const resource_registry* registry) {
  std::vector<operation_record> touching{operation};
  for (const auto& [path, change] : said.file_changes)
    if (path != said.target) {
      touching.push_back(operation);
      touching.back().target = path;
      touching.back().outside_scope = intent && covers_target(intent->scope, path, registry) == verdict::no;
      operation.outside_scope |= touching.back().outside_scope;
    }
  return touching;
}

/// The commit has happened: everybody hears of it, and its files are written.
void perform(operation_record operation, operation_event how, const op_commit& said, file_plan plan,
             const intent_record* intent, const incoming& from, draft& out) {
  out.relay(said.file_changes.empty() ? from.frame : out.relayable(from.frame, relay_frame));
  std::vector<file_updated> told;
  for (auto& planned : plan) {
    if (same_target(planned.path, said.target))
      operation.state_ref_after = planned.file.state_ref(); // the real content's, whatever was claimed
    told.push_back({planned.path, planned.file.state_ref(), from.who->principal_id});
    out.note(file_written{planned.path, std::move(planned.file)});
  }
  auto touching = spread(operation, said, intent, out.facts().registry());
  commit(operation, how, intent, said.file_changes.contains(said.target), out);
  for (auto& each : touching)
    each.state = operation.state;
  detect_intrusion(touching, intent, out);
  for (auto& update : told)
    out.send(audience::all(), encode(sideband_answer{std::move(update)}));
}

/// `post_commit`: it has been done (SPEC 16.6.1 row 2).
void declare(const op_commit& said, const incoming& from, draft& out) {
  if (auto why = taken(said.op_id, "payload.op_id", from, out))
    return out.refuse(*why, from.seat);
  if (auto why = ended_for_good(said.op_id, from, out))
    return out.refuse(*why, from.seat);
  const auto under = standing_of_commit(said.intent_id, from, out);
  if (under.refused)
    return out.refuse(*under.refused, from.seat);
  auto plan = plan_of(said, from, out);
  if (!plan)
    return out.refuse(plan.error(), from.seat);
  auto operation = record_of(said.op_id, said.target, said.op_kind, said.intent_id, from, under.intent, out);
  operation.state_ref_before = said.state_ref_before;
  operation.state_ref_after = said.state_ref_after;
  perform(std::move(operation), operation_event::declared, said, std::move(*plan), under.intent, from, out);
}

/// The answer to a proposal under an intent that is over, at once (SPEC 15.7).
void turn_down(const op_id& id, const intent_record& ended, const incoming& from, draft& out) {
  out.tell(audience::at(from.seat), op_reject{id, "intent_terminated", ended.last_message, {}});
}

/// `pre_commit`: asked for with OP_COMMIT (SPEC 16.6.1 row 3). What it would write is checked, and not kept: contents
/// travel with the completion.
void request(const op_commit& said, const incoming& from, draft& out) {
  for (auto why :
       {taken(said.op_id, "payload.op_id", from, out), ended_for_good(said.op_id, from, out), no_room(from, out)})
    if (why)
      return out.refuse(*why, from.seat);
  const auto under = standing_of_proposal(said.intent_id, from, out);
  if (under.refused)
    return out.refuse(*under.refused, from.seat);
  if (under.ended)
    return turn_down(said.op_id, *under.ended, from, out);
  if (auto plan = plan_of(said, from, out); !plan)
    return out.refuse(plan.error(), from.seat);
  auto operation = record_of(said.op_id, said.target, said.op_kind, said.intent_id, from, under.intent, out);
  operation.state_ref_before = said.state_ref_before;
  operation.state_ref_after = said.state_ref_after;
  for (const auto& [path, change] : said.file_changes)
    operation.files.push_back(path);
  operation.state = next(operation.state, operation_event::requested).value();
  out.relay(said.file_changes.empty() ? from.frame : out.relayable(from.frame, relay_frame));
  const auto touching = spread(operation, said, under.intent, out.facts().registry());
  take_up({operation}, touching, under.intent, out);
}

/// An operation that is pending has been executed (SPEC 16.6.1 row 5, O-106).
void carry_out(const operation_record& pending, const op_commit& said, const incoming& from, draft& out) {
  if (auto why =
          obstacle(pending, {said.op_id, said.target, said.op_kind, said.intent_id, said.state_ref_before}, from, out))
    return out.refuse(*why, from.seat);
  const bool is_pre_commit = out.policy().execution_model == execution_model::pre_commit;
  const auto about = from.message.message_id;
  if (pending.batch_id && pending.batch_atomicity == atomicity::all_or_nothing)
    return out.refuse(
        no(error_code::invalid_reference,
           "payload.op_id: '" + said.op_id.str() + "' is completed with its batch '" + pending.batch_id->str() + "'",
           about),
        from.seat);
  for (const auto& [path, change] : said.file_changes)
    if (is_pre_commit && path != pending.target &&
        std::find(pending.files.begin(), pending.files.end(), path) == pending.files.end())
      return out.refuse(
          no(error_code::authorization_failed,
             "payload.file_changes: '" + path + "' is not what operation '" + said.op_id.str() + "' was authorised for",
             about),
          from.seat);
  auto plan = plan_of(said, from, out);
  if (!plan)
    return out.refuse(plan.error(), from.seat);
  perform(carried_out(pending, said.state_ref_before, said.state_ref_after, out),
          is_pre_commit ? operation_event::completed : operation_event::proposal_carried_out, said, std::move(*plan),
          intent_of(pending, out.facts()), from, out);
}

} // namespace

void on(const op_propose& said, const incoming& from, draft& out) {
  for (auto why : {taken(said.op_id, "payload.op_id", from, out), no_room(from, out)})
    if (why)
      return out.refuse(*why, from.seat);
  const auto under = standing_of_proposal(said.intent_id, from, out);
  if (under.refused)
    return out.refuse(*under.refused, from.seat);
  if (under.ended)
    return turn_down(said.op_id, *under.ended, from, out);
  const std::optional<std::string> none_named;
  if (auto why = vet_target({said.target, none_named, nullptr, said.intent_id}, from, out))
    return out.refuse(*why, from.seat);
  auto operation = record_of(said.op_id, said.target, said.op_kind, said.intent_id, from, under.intent, out);
  operation.state = next(operation.state, operation_event::proposed).value();
  out.relay(from.frame);
  take_up({operation}, std::vector{operation}, under.intent, out);
}

void on(const op_commit& said, const incoming& from, draft& out) {
  if (auto why = vet_spelling(said.state_ref_before, said.state_ref_after, "payload", from, out))
    return out.refuse(*why, from.seat);
  // The first and the second commit of an operation are told apart by whether it is pending (SPEC 16.6.1).
  if (const auto* pending = out.facts().proposals().find(said.op_id))
    carry_out(*pending, said, from, out);
  else if (out.policy().execution_model == execution_model::pre_commit)
    request(said, from, out);
  else
    declare(said, from, out);
}

} // namespace mpac::protocol::rules
