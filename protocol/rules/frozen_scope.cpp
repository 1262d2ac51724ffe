// SPEC 18.6.2: what a frozen scope keeps from happening.
#include "protocol/rules/rules.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/policy_json.hpp"

#include <algorithm>
#include <iterator>

namespace mpac::protocol::rules {
namespace {

/// What a warning shows of the frozen parts; no frame of ours may grow with somebody's scope.
constexpr std::size_t most_shown = 8192;

/// Only while the intent lives: what merely names an ended one, or another of its id, has no priority over anybody.
/// And only its owner: the priority is nobody else's (SPEC 18.6.2.1).
bool lets_pass(const frozen_scopes::part& part, const std::optional<intent_id>& under, const principal_id& who,
               const session& facts) {
  const auto* conflict = facts.conflicts().find(part.of);
  if (!under || !conflict || conflict->passing != under)
    return false;
  const auto* intent = facts.intents().find(*under);
  return intent && intent->principal_id == who && concerns(*conflict, *intent);
}

scope listed(scope_kind kind, std::vector<std::string> names) {
  return kind == scope_kind::file_set   ? file_set(std::move(names))
         : kind == scope_kind::task_set ? task_set(std::move(names))
                                        : entity_set(std::move(names));
}

} // namespace

std::optional<std::string> frozen_target(const std::string& target, const std::optional<intent_id>& under,
                                         const principal_id& who, const draft& out) {
  const auto& facts = out.facts();
  if (facts.frozen().empty())
    return std::nullopt;
  for (const auto* part : facts.frozen().at(target))
    if (!lets_pass(*part, under, who, facts)) {
      const auto* conflict = facts.conflicts().find(part->of);
      std::string why = "'" + target + "' is frozen until conflict '" + part->of.str() + "' is resolved";
      if (conflict && conflict->passing)
        why += "; only intent '" + conflict->passing->str() + "' of higher priority may go on";
      return why;
    }
  return std::nullopt;
}

std::optional<refusal> frozen_scope(const scope& wanted, const message_id& about, const draft& out) {
  const auto& frozen = out.facts().frozen();
  if (frozen.empty() || !frozen.hold(wanted))
    return std::nullopt;
  const auto by = frozen.touching(wanted);
  return no(error_code::scope_frozen,
            "payload.scope: all of it is frozen until conflict '" +
                (by.empty() ? std::string() : by.front()->of.str()) + "' is resolved",
            about);
}

std::optional<scope> growth(const scope& was, const scope& now, const resource_registry* registry) {
  if (was.kind == now.kind && is_listed(now.kind)) {
    const auto before = entries(was), after = entries(now);
    std::vector<std::string> added;
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(added));
    return added.empty() ? std::nullopt : std::optional(listed(now.kind, std::move(added)));
  }
  return contains(was, now, registry) == verdict::yes ? std::nullopt : std::optional(now);
}

void warn_of_frozen_part(const scope& wanted, const incoming& from, draft& out) {
  const auto& facts = out.facts();
  if (facts.frozen().empty())
    return;
  const auto parts = facts.frozen().touching(wanted);
  if (parts.empty())
    return;
  std::string shown;
  for (const auto* part : parts)
    for (const auto& shared : shared_parts(part->scope, wanted, facts.registry()))
      if (auto text = to_json(shared); shown.size() + text.size() < most_shown)
        shown += (shown.empty() ? "" : ",") + text;
  protocol_error warning{error_code::scope_frozen, from.message.message_id,
                         "warning: part of the scope is frozen until conflict '" + parts.front()->of.str() +
                             "' is resolved; the rest may go on",
                         json_text{R"({"warning":true,"frozen":[)" + shown + "]}"}};
  out.tell(audience::at(from.seat), std::move(warning));
}

std::optional<json_text> compensation_due(const draft& out) {
  const auto kind = out.why().kind;
  if (out.policy().execution_model != execution_model::post_commit ||
      (kind != message_kind::op_commit && kind != message_kind::op_batch_commit))
    return std::nullopt;
  return json_text{R"({"compensation_due":true})"};
}

} // namespace mpac::protocol::rules
