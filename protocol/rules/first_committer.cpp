// SPEC 18.6.2.1, phase 3: what was received first holds, and the conflict is closed.
#include "protocol/rules/commitment.hpp"
#include "protocol/rules/operation_endings.hpp"
#include "protocol/wire/policy_json.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <unordered_set>
#include <utility>

namespace mpac::protocol::rules {
namespace {

constexpr std::string_view fallback = "frozen_scope_fallback";

bool competes(const operation_record& operation) {
  return !is_terminal(operation.state) && !operation.contested;
}

bool touches(const operation_record& operation, const std::vector<scope>& parts, const session& facts) {
  return std::any_of(parts.begin(), parts.end(), [&](const scope& part) {
    return covers_target(part, operation.target, facts.registry()) == verdict::yes;
  });
}

/// When what decides was received: a commit before all that is only proposed, however early that was.
std::pair<std::uint64_t, std::uint64_t> receipt(const operation_record& operation) {
  const bool is_done = is_settled(operation.state);
  return {is_done ? operation.settled_with : std::numeric_limits<std::uint64_t>::max(), operation.order};
}

/// O-137: related operations, and those of related intents that touch what is frozen; in the order of their receipt.
std::vector<const operation_record*> competitors(const conflict_record& conflict, const session& facts) {
  std::unordered_set<op_id> known;
  std::vector<const operation_record*> found;
  const auto add = [&](const operation_record& operation) {
    if (competes(operation) && known.insert(operation.op_id).second)
      found.push_back(&operation);
  };
  for (const auto& id : conflict.related_ops)
    if (const auto* operation = facts.operation(id); operation && facts.conflicts().is_about(conflict, id))
      add(*operation);
  const auto is_under_related = [&](const operation_record& operation) { // not under a later intent of the same id
    const auto* intent = intent_of(operation, facts);
    return !intent || concerns(conflict, *intent);
  };
  std::unordered_set<intent_id> related(conflict.related_intents.begin(), conflict.related_intents.end());
  for (const auto& id : related)
    for (const auto* operation : facts.proposals().under(id))
      if (is_under_related(*operation) && touches(*operation, conflict.frozen, facts))
        add(*operation);
  facts.past_operations().for_each([&](const operation_record& operation) {
    if (operation.intent_id && related.contains(*operation.intent_id) && is_under_related(operation) &&
        touches(operation, conflict.frozen, facts))
      add(operation);
  });
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return receipt(*a) < receipt(*b); });
  return found;
}

/// The operation ids under which the authors of applied operations take them back (O-138), one for each author.
class compensations {
public:
  explicit compensations(draft& out) : out_(out) {}
  const std::string& of(const principal_id& author) {
    const auto [at, is_new] = ids_.try_emplace(author);
    if (is_new) {
      at->second = out_.fresh_id("rollback");
      if (!first_)
        first_ = at->second;
    }
    return at->second;
  }
  [[nodiscard]] const std::optional<std::string>& first() const noexcept { return first_; }

private:
  draft& out_;
  std::map<principal_id, std::string> ids_;
  std::optional<std::string> first_;
};

void refuse_applied(const operation_record& operation, const std::string& rollback, draft& out) {
  out.note(operation_contested{operation.op_id, rollback});
  out.tell(audience::only({operation.principal_id}), op_reject{operation.op_id, std::string(fallback), {}, {}},
           json_object({{"compensate_with", rollback}}));
}

} // namespace

void settle_by_receipt(const conflict_record& conflict, draft& out) {
  const auto to = next(conflict.state, conflict_event::phase_3_fallback);
  if (!to)
    return;
  outcome result;
  result.accepted.emplace();
  result.rejected.emplace();
  compensations owed(out);
  const auto found = competitors(conflict, out.facts());
  resolution verdict;
  verdict.resolution_id = resolution_id(out.fresh_id("resolution"));
  verdict.decision = decision_kind::policy_override;
  // First of all: the end of the operations it refuses may not end it once more (SPEC 17.9).
  out.note(conflict_ended{conflict.conflict_id, *to, *verdict.resolution_id, out.facts().coordinator(),
                          verdict.decision.text()});
  for (const auto* operation : found) {
    if (operation->principal_id == found.front()->principal_id) { // one's own do not compete with each other
      result.accepted->push_back(operation->op_id.str());
      continue;
    }
    if (is_settled(operation->state)) {
      result.rejected->push_back(operation->op_id.str());
      refuse_applied(*operation, owed.of(operation->principal_id), out);
    } else if (!out.is_settling(operation->op_id)) { // else fallen with another entry of its batch
      for (const auto* falling : unit_of(*operation, out.facts()))
        result.rejected->push_back(falling->op_id.str());
      reject({operation}, operation_event::rejected, fallback, out);
    }
  }
  result.rollback = owed.first();
  verdict.conflict_id = conflict.conflict_id;
  verdict.outcome = std::move(result);
  verdict.rationale = "frozen_scope_progressive_fallback_phase_3";
  out.tell(audience::all(), std::move(verdict));
}

} // namespace mpac::protocol::rules
