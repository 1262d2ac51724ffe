#include "protocol/rules/conflict_standing.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

/// A settled conflict names what it named; in an open one an id may have been used again.
bool still_names(const conflict_record& conflict, const op_id& id, const session& facts) {
  return is_settled(conflict.state) || facts.conflicts().is_about(conflict, id);
}

bool touches(const std::vector<std::string>& patterns, const disputed& what, const session& facts) {
  const auto is_touched = [&](const scope& one) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      const auto found = overlap(resource_path(pattern), one, facts.registry());
      return found && !found.shared.empty(); // what can't be compared gives nobody authority
    });
  };
  return std::any_of(what.scopes.begin(), what.scopes.end(), is_touched) ||
         std::any_of(what.targets.begin(), what.targets.end(), is_touched);
}

} // namespace

disputed what_is_disputed(const conflict_record& conflict, const session& facts) {
  disputed found;
  for (const auto& id : conflict.related_intents) {
    const auto* live = facts.intents().find(id);
    if (const auto* intent = live && concerns(conflict, *live) ? live : facts.past_intents().find(id))
      found.scopes.push_back(intent->scope);
  }
  for (const auto& id : conflict.related_ops)
    if (const auto* operation = facts.operation(id); operation && still_names(conflict, id, facts)) {
      // A target is of the kind of the scope it belongs to.
      const auto kind = found.scopes.empty() ? scope_kind::file_set : found.scopes.front().kind;
      found.targets.push_back(kind == scope_kind::task_set     ? task_set({operation->target})
                              : kind == scope_kind::entity_set ? entity_set({operation->target})
                                                               : file_set({operation->target}));
    }
  return found;
}

bool owns_part_of(const conflict_record& conflict, const principal_id& who, const session& facts) {
  if (who == conflict.principal_a || who == conflict.principal_b)
    return true;
  const auto& intents = conflict.related_intents;
  const bool owns_intent = std::any_of(intents.begin(), intents.end(), [&](const intent_id& id) {
    const auto* live = facts.intents().find(id);
    const auto* intent = live && concerns(conflict, *live) ? live : facts.past_intents().find(id);
    return intent && intent->principal_id == who;
  });
  if (owns_intent)
    return true;
  return std::any_of(conflict.related_ops.begin(), conflict.related_ops.end(), [&](const op_id& id) {
    const auto* operation = facts.operation(id); // an id stays its owner's
    return operation && operation->principal_id == who;
  });
}

rights rights_in(const conflict_record& conflict, const participant_record& who, const session& facts) {
  auto may = rights_of(who.roles);
  if (!may.resolve)
    return may;
  const auto& policy = facts.policy();
  if (!policy.governance.parties_may_resolve && owns_part_of(conflict, who.principal_id, facts)) {
    may.resolve = may.arbitrate = false;
    return may;
  }
  if (may.arbitrate || !policy.role_policy || policy.role_policy->owned_scopes.empty())
    return may;
  const auto owned = policy.role_policy->owned_scopes.find(who.principal_id.str());
  if (owned != policy.role_policy->owned_scopes.end())
    may.resolve = touches(owned->second, what_is_disputed(conflict, facts), facts);
  return may;
}

} // namespace mpac::protocol::rules
