// SPEC 7.7 rule 3: what a participant has done while there was no coordinator, against what is on record.
#include "protocol/rules/presence.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

/// What a description or a frozen scope says again of somebody's text.
constexpr std::size_t most_shown = 1024;

/// An operation that the participant has carried out and the session has not, or not like that.
struct difference {
  const local_operation& mine;
  std::string_view recorded; ///< the state it has here, or why it is another; static text
};

bool differ(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  return a && b && *a != *b;
}

/// What is wrong with it; empty where both are of one mind.
std::string_view recorded_otherwise(const local_operation& mine, const principal_id& who, const session& facts) {
  const auto* known = facts.operation(mine.op_id);
  if (!known) {
    // Whatever it was called: the target is where the participant believes it to be.
    const auto* now_at = mine.target ? facts.target_ref(*mine.target) : nullptr;
    return now_at && mine.state_ref_after == *now_at ? "" : "unknown";
  }
  if (known->principal_id != who)
    return "of_somebody_else";
  if (known->state != operation_state::committed && known->state != operation_state::superseded)
    return to_string(known->state);
  return differ(mine.state_ref_after, known->state_ref_after) || differ(mine.target, known->target)
             ? "committed_otherwise"
             : "";
}

std::vector<difference> differences_of(const local_state& mine, const principal_id& who, const session& facts) {
  std::vector<difference> found;
  for (const auto& each : mine.operations)
    if (const auto how = recorded_otherwise(each, who, facts); !how.empty())
      found.push_back({each, how});
  return found;
}

/// What is to rest until somebody with authority has decided: nothing where no target is named.
std::vector<std::string> targets_of(const std::vector<difference>& found, const session& facts) {
  std::vector<std::string> targets;
  for (const auto& [mine, recorded] : found) {
    const auto* known = facts.operation(mine.op_id);
    const auto& target = mine.target ? *mine.target : known ? known->target : std::string();
    const bool is_one = !target.empty() && target.size() <= most_shown && !problems(file_set({target}));
    if (is_one && std::find(targets.begin(), targets.end(), target) == targets.end())
      targets.push_back(target);
  }
  return targets;
}

/// Who else has to do with it: whoever committed to one of the targets last.
principal_id counterpart(const std::vector<std::string>& targets, const principal_id& who, const session& facts) {
  principal_id last = facts.coordinator();
  facts.past_operations().for_each([&](const operation_record& operation) {
    if (operation.state == operation_state::committed && operation.principal_id != who &&
        std::find(targets.begin(), targets.end(), operation.target) != targets.end())
      last = operation.principal_id;
  });
  return last;
}

/// O-028: a dispute like others, but that its scope is frozen from the beginning. It goes through the phases of SPEC
/// 18.6.2.1, so that a session without anybody of authority is not held up for ever: then what is on record holds.
conflict_id put_in_dispute(const std::vector<difference>& found, std::vector<std::string> targets,
                           const principal_id& who, draft& out) {
  conflict_record conflict;
  conflict.category = conflict_category::concurrent_write;
  conflict.severity = severity::high;
  conflict.principal_a = who;
  conflict.principal_b = counterpart(targets, who, out.facts());
  conflict.intents_by_then = out.facts().intents_registered();
  for (const auto& each : found)
    if (std::find(conflict.related_ops.begin(), conflict.related_ops.end(), each.mine.op_id) ==
        conflict.related_ops.end())
      conflict.related_ops.push_back(each.mine.op_id);
  conflict.description = "'" + who.str() + "' has changed what follows while the coordinator was away: ";
  for (const auto& target : targets)
    conflict.description += (&target == &targets.front() ? "'" : ", '") + target + "'";
  auto id = open_conflict(std::move(conflict), "recovery.state_divergence", out, audience::all());
  out.note(scope_frozen{id,
                        freeze_phase::resolution,
                        {file_set(std::move(targets))},
                        {},
                        out.now(),
                        out.now() + out.policy().governance.frozen_scope_phase_1});
  return id;
}

using page = rapidjson::Writer<rapidjson::StringBuffer>;

void put(page& to, std::string_view name, std::string_view value) {
  to.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  to.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

template <class Each>
void list(page& to, const char* name, const std::vector<difference>& found, Each&& each) {
  to.Key(name);
  to.StartArray();
  for (const auto& one : found)
    each(one);
  to.EndArray();
}

json_text extensions_of(const std::vector<difference>& found, const std::optional<conflict_id>& dispute,
                        const session& facts) {
  rapidjson::StringBuffer buffer;
  page to(buffer);
  const auto text = [&](const std::string& value) {
    to.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  to.StartObject();
  list(to, "divergent_message_ids", found, [&](const difference& one) {
    if (one.mine.message)
      text(one.mine.message->str());
  });
  list(to, "divergent_op_ids", found, [&](const difference& one) { text(one.mine.op_id.str()); });
  list(to, "divergences", found, [&](const difference& one) {
    to.StartObject();
    put(to, "op_id", one.mine.op_id.str());
    put(to, "recorded", one.recorded);
    const auto* known = facts.operation(one.mine.op_id);
    if (const auto* target = one.mine.target ? &*one.mine.target : known ? &known->target : nullptr) {
      put(to, "target", shortened(*target, most_shown));
      if (const auto* ref = facts.target_ref(*target))
        put(to, "state_ref", shortened(*ref, most_shown));
    }
    to.EndObject();
  });
  to.Key("lamport_clock");
  to.Uint64(facts.lamport());
  if (dispute)
    put(to, "conflict_id", dispute->str());
  to.EndObject();
  return {{buffer.GetString(), buffer.GetSize()}};
}

std::string description_of(const std::vector<difference>& found, const claimed_state& what, bool is_disputed,
                           const session& facts) {
  if (found.empty())
    return "you have heard up to " + std::to_string(what.said.lamport) + ", and the coordinator has come back at " +
           std::to_string(facts.lamport()) + ": what it said since is not on record";
  std::string text = std::to_string(found.size()) + " operation(s) of yours are not on record like that: ";
  for (const auto& each : found)
    text += (&each == &found.front() ? "'" : ", '") + each.mine.op_id.str() + "'";
  return text + (is_disputed ? "; their targets are frozen until the conflict is resolved, and what is on record holds"
                             : "; what is on record holds: read it again and rebase");
}

} // namespace

void reconcile(const claimed_state& what, const incoming& from, draft& out) {
  const auto& facts = out.facts();
  const auto& who = from.message.sender.principal_id;
  const auto found = differences_of(what.said, who, facts);
  if (found.empty() && what.said.lamport <= facts.lamport())
    return;
  std::optional<conflict_id> dispute;
  // Once for each recovery: nobody keeps a session from working by coming again and again.
  const bool is_news = what.known && !what.known->departed && what.known->epoch < facts.origin().epoch;
  if (is_news && what.may_act)
    if (auto targets = targets_of(found, facts); !targets.empty())
      dispute = put_in_dispute(found, std::move(targets), who, out);
  protocol_error told{
      error_code::state_divergence, from.message.message_id,
      std::string(shortened(description_of(found, what, dispute.has_value(), facts), longest_description)),
      extensions_of(found, dispute, facts)};
  out.tell(audience::at(from.seat), std::move(told));
}

} // namespace mpac::protocol::rules
