#include "protocol/rules/rules.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/relay_frame.hpp"
#include "protocol/workspace/served_size.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <vector>

namespace mpac::protocol::rules {
namespace {

/// The intent an operation names, as far as it may be committed under it.
struct standing {
  const intent_record* intent = nullptr; ///< null: uncoordinated (SPEC 7.1)
  std::optional<refusal> refused;
};

standing standing_of(const std::optional<intent_id>& named, const incoming& from, const draft& out) {
  const auto& facts = out.facts();
  const auto about = from.message.message_id;
  const bool governed = facts.policy().compliance_profile != compliance_profile::core;
  if (!named) {
    if (governed)
      return {nullptr,
              no(error_code::malformed_message, "payload.intent_id: required in this session's profile", about)};
    if (facts.policy().unknown_intent_commit == unknown_intent_commit::reject)
      return {nullptr, no(error_code::invalid_reference,
                          "payload.intent_id: this session takes no uncoordinated commits", about)};
    return {};
  }
  const auto* intent = facts.intents().find(*named);
  if (!intent) {
    // O-043: existing clients go on after a refusal, so core only flags it.
    if (governed || facts.policy().unknown_intent_commit == unknown_intent_commit::reject)
      return {nullptr, no(error_code::invalid_reference,
                          "payload.intent_id: '" + named->str() + "' is not a live intent", about)};
    return {};
  }
  if (intent->principal_id != from.who->principal_id)
    return {nullptr,
            no(error_code::authorization_failed,
               "payload.intent_id: '" + named->str() + "' belongs to '" + intent->principal_id.str() + "'", about)};
  if (intent->state == intent_state::suspended) // SPEC 14.7.2
    return {nullptr,
            no(error_code::invalid_reference, "payload.intent_id: '" + named->str() + "' is SUSPENDED", about)};
  return {intent, {}};
}

/// Whether an id may be given to a new operation: never used, or one's own and settled.
std::optional<refusal> taken(const op_id& id, std::string_view member, const incoming& from, const draft& out) {
  // Operations and batches share one namespace (O-081).
  const auto* operation = out.facts().operations().find(id);
  const auto* user = operation ? &operation->principal_id : out.facts().batches().find(id);
  if (!user || *user == from.who->principal_id)
    return std::nullopt;
  return no(error_code::malformed_message,
            std::string(member) + ": '" + id.str() + "' was used by '" + user->str() + "'", from.message.message_id);
}

std::string stale_text(const std::string& target, const std::string& current, const std::string& given) {
  return "'" + target + "' is at " + current + ", not at " + given + "; read it again and rebase";
}

operation_record record_of(const op_id& id, const std::string& target, const std::string& kind, const incoming& from,
                           const intent_record* intent, const draft& out) {
  operation_record operation;
  operation.op_id = id;
  operation.principal_id = from.who->principal_id;
  operation.target = target;
  operation.op_kind = kind;
  operation.created_at = out.now();
  operation.state = next(operation_state::none, operation_event::declared).value();
  operation.uncoordinated = !intent;
  operation.outside_scope = intent && covers_target(intent->scope, target) == verdict::no;
  return operation;
}

/// `is_written`: the commit itself makes its target a workspace file, which then knows its ref.
void commit(const operation_record& operation, const intent_record* intent, bool is_written, draft& out) {
  // Operations under a disputed intent belong to its disputes (SPEC 17.9).
  if (intent)
    for (const auto* conflict : out.facts().conflicts().about(intent->intent_id))
      if (concerns(*conflict, *intent))
        out.note(conflict_op_related{conflict->conflict_id, operation.op_id});
  const bool knows_itself = is_written || out.facts().files().find(operation.target);
  if (!knows_itself && operation.state_ref_after && !operation.state_ref_after->empty())
    out.note(target_moved{operation.target, *operation.state_ref_after});
  out.note(operation_registered{operation});
}

/// An entry of a batch that was refused: its life is over as it begins (SPEC 16.6.1), but it counts and is remembered.
void register_refused(operation_record operation, draft& out) {
  if (out.facts().operations().find(operation.op_id))
    return; // the id belongs to an operation that did happen
  operation.state = next(operation_state::none, operation_event::proposed).value();
  operation.state = next(operation.state, operation_event::rejected).value();
  out.note(operation_registered{std::move(operation)});
}

/// What is relayed of a batch of which some entries were refused: the sender's bytes with `rejected_ops` in the payload
/// (SPEC 16.8), so that everybody learns what has happened and what has not. An OP_REJECT for each would tell it too,
/// but existing clients take any they hear for their own.
frame_ptr with_refused(const frame_ptr& frame, const std::vector<op_reject>& rejected) {
  if (rejected.empty())
    return frame;
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> ids(text);
  ids.StartArray();
  for (const auto& one : rejected)
    ids.String(one.op_id.str().data(), static_cast<rapidjson::SizeType>(one.op_id.str().size()));
  ids.EndArray();
  auto told = with_member(frame, "payload", "rejected_ops", {text.GetString(), text.GetSize()});
  // Longer frames deafen existing clients; the sender at least is told of each entry.
  return told->payload().size() <= max_served_bytes ? told : frame;
}

/// The one intent of a batch (16.8-09): its own, or else the one its entries repeat.
std::optional<intent_id> intent_of(const op_batch_commit& said) {
  if (said.intent_id)
    return said.intent_id;
  const auto naming = std::find_if(said.operations.begin(), said.operations.end(),
                                   [](const batch_operation& entry) { return entry.intent_id.has_value(); });
  return naming == said.operations.end() ? std::nullopt : naming->intent_id;
}

} // namespace

void on(const op_commit& said, const incoming& from, draft& out) {
  const auto& facts = out.facts();
  const auto about = from.message.message_id;
  if (auto why = taken(said.op_id, "payload.op_id", from, out))
    return out.refuse(*why, from.seat);
  const auto under = standing_of(said.intent_id, from, out);
  if (under.refused)
    return out.refuse(*under.refused, from.seat);
  // SPEC 16.3: the state a commit starts from has to be the target's current one.
  const auto* current = facts.target_ref(said.target);
  if (current && said.state_ref_before && *said.state_ref_before != *current)
    return out.refuse(no(error_code::stale_state_ref,
                         "payload.state_ref_before: " + stale_text(said.target, *current, *said.state_ref_before),
                         about),
                      from.seat);
  file_plan plan;
  if (!said.file_changes.empty()) {
    auto checked = facts.files().check(said.file_changes);
    if (!checked)
      return out.refuse(no(code_of(checked.error()), "payload.file_changes: " + describe(checked.error()), about),
                        from.seat);
    plan = std::move(*checked);
  }

  auto operation = record_of(said.op_id, said.target, said.op_kind, from, under.intent, out);
  operation.intent_id = said.intent_id;
  operation.state_ref_before = said.state_ref_before;
  operation.state_ref_after = said.state_ref_after;
  out.relay(said.file_changes.empty() ? from.frame : relay_frame(from.frame));
  std::vector<file_updated> told;
  for (auto& planned : plan) {
    if (planned.path == said.target)
      operation.state_ref_after = planned.file.state_ref(); // the real content's, whatever was claimed
    told.push_back({planned.path, planned.file.state_ref(), from.who->principal_id});
    out.note(file_written{planned.path, std::move(planned.file)});
  }
  // Every file that is written counts, not only the one the commit is named after.
  std::vector<operation_record> touched{operation};
  for (const auto& [path, change] : said.file_changes)
    if (path != said.target) {
      touched.push_back(operation);
      touched.back().target = path;
      touched.back().outside_scope = under.intent && covers_target(under.intent->scope, path) == verdict::no;
      operation.outside_scope |= touched.back().outside_scope;
    }
  commit(operation, under.intent, said.file_changes.contains(said.target), out);
  detect_intrusion(touched, under.intent, out);
  for (auto& update : told)
    out.send(audience::all(), encode(sideband_answer{std::move(update)}));
}

void on(const op_batch_commit& said, const incoming& from, draft& out) {
  const auto& facts = out.facts();
  const auto about = from.message.message_id;
  if (said.operations.empty())
    return out.refuse(no(error_code::malformed_message, "payload.operations: a batch holds at least one", about),
                      from.seat);
  if (auto why = taken(said.batch_id, "payload.batch_id", from, out))
    return out.refuse(*why, from.seat);
  const auto named = intent_of(said);
  const auto under = standing_of(named, from, out);
  if (under.refused)
    return out.refuse(*under.refused, from.seat);
  std::set<op_id> ids{said.batch_id};
  for (const auto& entry : said.operations)
    if (!ids.insert(entry.op_id).second)
      return out.refuse(no(error_code::malformed_message,
                           "payload.operations: op_id '" + entry.op_id.str() + "' stands twice in the batch", about),
                        from.seat);

  // Entries see what earlier entries of the batch have done to a target.
  std::unordered_map<std::string, std::string> moved;
  std::vector<op_reject> rejected;
  std::vector<const batch_operation*> accepted, refused;
  for (const auto& entry : said.operations) {
    std::optional<std::string> why;
    if (auto used = taken(entry.op_id, "op_id", from, out))
      why = used->description;
    else if (entry.intent_id && entry.intent_id != named) // SPEC 16.8
      why = "intent_mismatch";
    const auto* current = facts.target_ref(entry.target);
    if (const auto earlier = moved.find(entry.target); earlier != moved.end())
      current = &earlier->second;
    if (!why && current && entry.state_ref_before && *entry.state_ref_before != *current)
      why = "stale_state_ref: " + stale_text(entry.target, *current, *entry.state_ref_before);
    if (why) {
      rejected.push_back({entry.op_id, *why, about, {}});
      refused.push_back(&entry);
      continue;
    }
    if (entry.state_ref_after)
      moved.insert_or_assign(entry.target, *entry.state_ref_after);
    accepted.push_back(&entry);
  }

  const bool all = !said.atomicity || said.atomicity->is(atomicity::all_or_nothing);
  if (!rejected.empty() && all) { // nothing is registered; the sender hears it once (O-113)
    op_reject whole{said.batch_id, "batch_validation_failed", about, std::vector<op_id>{}};
    for (const auto& one : rejected)
      whole.rejected_ops->push_back(one.op_id);
    out.came_to_nothing();
    return out.tell(audience::at(from.seat), std::move(whole));
  }
  if (!accepted.empty())
    out.relay(with_refused(from.frame, rejected));
  else
    out.came_to_nothing();
  const auto record_of_entry = [&](const batch_operation& entry) {
    auto operation = record_of(entry.op_id, entry.target, entry.op_kind, from, under.intent, out);
    operation.intent_id = named;
    operation.batch_id = said.batch_id;
    operation.state_ref_before = entry.state_ref_before;
    operation.state_ref_after = entry.state_ref_after;
    return operation;
  };
  std::vector<operation_record> committed;
  for (const auto* entry : accepted) {
    committed.push_back(record_of_entry(*entry));
    commit(committed.back(), under.intent, false, out);
  }
  detect_intrusion(committed, under.intent, out);
  for (const auto* entry : refused)
    register_refused(record_of_entry(*entry), out);
  for (auto& one : rejected)
    out.tell(audience::at(from.seat), std::move(one));
}

} // namespace mpac::protocol::rules
