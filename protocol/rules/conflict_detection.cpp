#include "protocol/rules/rules.hpp"
#include "protocol/scope_path.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace mpac::protocol::rules {
namespace {

// Descriptions are for people: the first few names tell enough.
std::string list(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
    text += (i ? ", '" : "'") + names[i] + "'";
  if (names.size() > shown)
    text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

std::string_view rule_of(overlap_basis basis) {
  switch (basis) {
  case overlap_basis::listed_entries:
    return "scope.listed_entries";
  case overlap_basis::canonical_uris:
    return "scope.canonical_uris";
  case overlap_basis::patterns:
    return "scope.patterns";
  default:
    return "scope.guess";
  }
}

/// What an overlap has become beyond what it was; nothing if it has not grown.
scope_overlap grown(scope_overlap now, const scope_overlap& before) {
  if (now == before)
    return {};
  if (now.basis == before.basis && now.certainty == before.certainty) {
    std::erase_if(now.shared, [&](const std::string& name) {
      return std::find(before.shared.begin(), before.shared.end(), name) != before.shared.end();
    });
    if (now.shared.empty())
      return {};
  }
  return now;
}

} // namespace

void detect_overlaps(const intent_record& intent, draft& out, const scope* before) {
  const auto& facts = out.facts();
  if (intent.scope.extensions || facts.intents().know_dependencies())
    detect_broken_dependencies(intent, out);
  for (const auto* other : facts.intents().near(intent.scope)) {
    if (other->principal_id == intent.principal_id || out.is_ending(other->intent_id) ||
        facts.conflicts().between(intent, *other, conflict_category::scope_overlap))
      continue;
    auto found = overlap(intent.scope, other->scope, facts.registry());
    if (before)
      found = grown(std::move(found), overlap(*before, other->scope, facts.registry()));
    if (!found)
      continue;
    const bool is_certain = found.certainty == overlap_certainty::certain;
    conflict_record conflict;
    conflict.severity = is_certain ? severity::medium : severity::low; // a guess is advice (O-077)
    conflict.basis = is_certain ? basis_kind::rule : basis_kind::heuristic;
    conflict.principal_a = intent.principal_id;
    conflict.principal_b = other->principal_id;
    conflict.intent_a = intent.intent_id;
    conflict.intent_b = other->intent_id;
    conflict.related_intents = {intent.intent_id, other->intent_id};
    conflict.intents_by_then = std::max(intent.order, other->order);
    conflict.description = "'" + intent.principal_id.str() + "' and '" + other->principal_id.str() + "' both " +
                           (is_certain ? "want " + list(found.shared) : std::string("may touch the same resources"));
    if (other->state == intent_state::suspended) // O-086
      conflict.description += "; '" + other->intent_id.str() + "' is SUSPENDED and can be taken over with INTENT_CLAIM";
    open_conflict(std::move(conflict), rule_of(found.basis), out);
  }
}

std::vector<op_id> detect_intrusion(std::span<const operation_record> touching, const intent_record* own, draft& out) {
  const auto& facts = out.facts();
  if (own && !touching.empty() && own->principal_id != touching.front().principal_id)
    own = nullptr; // proposed under an intent of somebody else, who is to be asked
  std::vector<std::pair<const intent_record*, std::vector<const operation_record*>>> touched; // in the order of commits
  for (const auto& operation : touching) {
    if (own && !operation.outside_scope)
      continue; // overlapping intents were reported when they were announced
    for (const auto* other : facts.intents().near(file_set({operation.target}))) {
      if (other->principal_id == operation.principal_id || other->order <= operation.compared_with ||
          covers_target(other->scope, operation.target, facts.registry()) != verdict::yes)
        continue;
      const auto known = std::find_if(touched.begin(), touched.end(), [&](const auto& t) { return t.first == other; });
      (known == touched.end() ? touched.emplace_back(other, 0) : *known).second.push_back(&operation);
    }
  }
  std::vector<op_id> disputed;
  for (const auto& [other, operations] : touched) {
    const auto& intruder = operations.front()->principal_id;
    const bool is_done = operations.front()->state == operation_state::committed;
    std::vector<op_id> ops;
    for (const auto* operation : operations)
      if (ops.empty() || ops.back() != operation->op_id)
        ops.push_back(operation->op_id);
    disputed.insert(disputed.end(), ops.begin(), ops.end());
    // Once for each intruder and intent while unresolved.
    const auto open_ones = facts.conflicts().about(other->intent_id);
    const auto known = std::find_if(open_ones.begin(), open_ones.end(), [&](const conflict_record* one) {
      return one->principal_a == intruder || one->principal_b == intruder;
    });
    if (known != open_ones.end()) {
      if (!is_done) // what is only proposed waits for that dispute's end
        for (const auto& op : ops)
          out.note(conflict_op_related{(*known)->conflict_id, op});
      continue;
    }
    conflict_record conflict;
    conflict.principal_a = intruder;
    conflict.principal_b = other->principal_id;
    conflict.intent_b = other->intent_id;
    conflict.related_intents = {other->intent_id};
    conflict.intents_by_then = facts.intents_registered();
    if (own) {
      conflict.intent_a = own->intent_id;
      conflict.related_intents.insert(conflict.related_intents.begin(), own->intent_id);
    }
    std::vector<std::string> targets;
    for (const auto* operation : operations)
      targets.push_back(operation->target);
    conflict.related_ops = std::move(ops);
    conflict.description = "'" + intruder.str() + (is_done ? "' committed " : "' wants to change ") + list(targets) +
                           ", which the scope of intent '" + other->intent_id.str() + "' of '" +
                           other->principal_id.str() + "' holds";
    open_conflict(std::move(conflict), "commit.outside_scope", out);
  }
  return disputed;
}

void detect_concurrent_write(const operation_record& committed, draft& out) {
  const auto& facts = out.facts();
  if (committed.state_ref_before || !facts.target_ref(committed.target))
    return; // what says where it starts from has been compared with where the target is (SPEC 16.3)
  const operation_record* before = nullptr;
  facts.past_operations().for_each([&](const operation_record& past) {
    if (past.state == operation_state::committed && past.state_ref_after && (!before || past.order > before->order) &&
        same_target(past.target, committed.target))
      before = &past;
  });
  if (!before || before->principal_id == committed.principal_id)
    return;
  conflict_record conflict;
  conflict.category = conflict_category::concurrent_write;
  conflict.principal_a = committed.principal_id;
  conflict.principal_b = before->principal_id;
  conflict.intent_a = committed.intent_id;
  conflict.intent_b = before->intent_id;
  for (const auto& intent : {conflict.intent_a, conflict.intent_b})
    if (intent && facts.intents().find(*intent))
      conflict.related_intents.push_back(*intent);
  conflict.related_ops = {before->op_id, committed.op_id};
  conflict.intents_by_then = facts.intents_registered();
  conflict.description = "'" + conflict.principal_a.str() + "' committed '" + committed.target +
                         "' without saying which state it starts from, over operation '" + before->op_id.str() +
                         "' of '" + conflict.principal_b.str() + "'";
  open_conflict(std::move(conflict), "commit.broken_state_chain", out);
}

} // namespace mpac::protocol::rules
