// SPEC 17.5 `dependency_breakage`: an edit that reaches what somebody else's files import.
#include "protocol/rules/rules.hpp"
#include "protocol/wire/dependency_members.hpp"

#include <algorithm>
#include <map>

namespace mpac::protocol::rules {
namespace {

/// Everybody who may break something of the intent's, or of whom it may break something; oldest first.
std::vector<const intent_record*> neighbours(const intent_record& intent, const dependency_claims* mine,
                                             const session& facts) {
  std::map<std::uint64_t, const intent_record*> by_age;
  if (mine && !mine->impact.empty())
    for (const auto* other : facts.intents().near(file_set(mine->impact)))
      by_age.emplace(other->order, other);
  for (const auto* other : facts.intents().reaching(intent.scope))
    by_age.emplace(other->order, other);
  std::vector<const intent_record*> found;
  for (const auto& [order, other] : by_age)
    found.push_back(other);
  return found;
}

std::vector<broken_dependency> broken(const dependency_claims* edit, const scope& importer,
                                      const dependency_claims* more) {
  return edit ? broken_by(*edit, importer, more) : std::vector<broken_dependency>{};
}

} // namespace

void detect_broken_dependencies(const intent_record& intent, draft& out) {
  if (intent.scope.kind != scope_kind::file_set)
    return;
  const auto& facts = out.facts();
  const auto claims = dependency_claims_of(intent.scope); // the session may not know them yet
  const auto* mine = claims ? &*claims : nullptr;
  for (const auto* other : neighbours(intent, mine, facts)) {
    if (other->principal_id == intent.principal_id || out.is_ending(other->intent_id) ||
        other->scope.kind != scope_kind::file_set || overlap(intent.scope, other->scope, facts.registry()) ||
        facts.conflicts().between(intent, *other, conflict_category::dependency_breakage))
      continue;
    const auto* theirs = facts.intents().dependencies_of(other->intent_id);
    const auto ab = broken(mine, other->scope, theirs);
    const auto ba = broken(theirs, intent.scope, mine);
    if (ab.empty() && ba.empty())
      continue;
    conflict_record conflict;
    conflict.category = conflict_category::dependency_breakage;
    conflict.basis = basis_kind::rule;
    conflict.principal_a = intent.principal_id;
    conflict.principal_b = other->principal_id;
    conflict.intent_a = intent.intent_id;
    conflict.intent_b = other->intent_id;
    conflict.related_intents = {intent.intent_id, other->intent_id};
    conflict.intents_by_then = std::max(intent.order, other->order);
    const auto& reached = ab.empty() ? ba.front().file : ab.front().file;
    conflict.description = "'" + (ab.empty() ? other : &intent)->principal_id.str() + "' changes what '" + reached +
                           "' of '" + (ab.empty() ? &intent : other)->principal_id.str() + "' imports";
    conflict.dependency_detail = dependency_detail(ab, ba);
    open_conflict(std::move(conflict), "scope.dependencies", out);
  }
}

} // namespace mpac::protocol::rules
