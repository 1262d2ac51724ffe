// SPEC 18.6: what becomes of a conflict that nobody settles. It is escalated to an arbiter, then its scope freezes, and
// the freeze goes through its phases.
#include "protocol/rules/conflict_standing.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/policy_json.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace mpac::protocol::rules {
namespace {

/// More scopes than this are not compared with each other: all of them freeze.
constexpr std::size_t most_compared = 32;

/// Whom the coordinator may escalate to. People before services before agents (SPEC 18.5).
const participant_record* somebody_with(bool rights::*right, std::span<const principal_type> types,
                                        const conflict_record& conflict, const draft& out) {
  const auto& facts = out.facts();
  const auto& people = facts.people();
  // Many conflicts may run out at once: nobody is asked one by one for what no role gives (SPEC 18.2).
  if (people.holders("arbiter") == 0 && (right == &rights::arbitrate || people.holders("owner") == 0))
    return nullptr;
  const auto may = [&](const participant_record& who) {
    return who.is_available && !who.departed && rights_of(who.roles).*right && rights_in(conflict, who, facts).*right;
  };
  // O-131: whom the session's policy puts first.
  const auto* first = people.find(principal_id(out.policy().governance.primary_arbiter));
  if (first && std::find(types.begin(), types.end(), first->type) != types.end() && may(*first))
    return first;
  for (const auto type : types)
    for (const auto& who : people)
      if (who.type == type && may(who))
        return &who;
  return nullptr;
}

constexpr std::array everybody{principal_type::human, principal_type::service, principal_type::agent};
constexpr std::array people_alone{principal_type::human};

const participant_record* person(const conflict_record& conflict, const draft& out) {
  if (const auto* arbiter = somebody_with(&rights::arbitrate, people_alone, conflict, out))
    return arbiter;
  return somebody_with(&rights::resolve, people_alone, conflict, out);
}

/// Whose decision a conflict waits for from now on.
const participant_record* arbiter_for(const conflict_record& conflict, const draft& out) {
  if (conflict.uncertain)
    if (const auto* who = person(conflict, out))
      return who;
  return somebody_with(&rights::arbitrate, everybody, conflict, out);
}

void escalate(const conflict_record& conflict, const principal_id& to, base::instant next_step, std::string reason,
              draft& out) {
  // There is no row from ESCALATED to itself: then only who is asked changes (O-119).
  const auto state = next(conflict.state, conflict_event::escalated).value_or(conflict.state);
  out.note(conflict_moved{conflict.conflict_id, state, to, out.now(), next_step, true});
  out.tell(audience::all(), conflict_escalate{conflict.conflict_id, to, std::move(reason), {}});
}

void remind(const conflict_record& conflict, const std::string& what_now, draft& out) {
  const auto& id = conflict.conflict_id.str();
  // Existing clients know the conflict by `refers_to`.
  out.tell(audience::all(), protocol_error{error_code::resolution_timeout, message_id(id),
                                           "conflict '" + id + "' " + what_now, json_object({{"conflict_id", id}})});
}

// --- what freezes ---

/// O-133: what the related intents have in common and the targets of related operations; all of it where nothing in
/// common can be found.
std::vector<scope> parts_of(const conflict_record& conflict, const session& facts) {
  auto what = what_is_disputed(conflict, facts);
  std::vector<scope> parts;
  const auto add = [&](scope one) {
    if (!problems(one) && std::find(parts.begin(), parts.end(), one) == parts.end())
      parts.push_back(std::move(one));
  };
  if (what.scopes.size() <= most_compared)
    for (std::size_t i = 0; i < what.scopes.size(); ++i)
      for (std::size_t j = i + 1; j < what.scopes.size(); ++j)
        for (auto& shared : shared_parts(what.scopes[i], what.scopes[j], facts.registry()))
          add(std::move(shared));
  for (auto& target : what.targets)
    add(std::move(target));
  if (parts.empty())
    for (auto& each : what.scopes)
      add(std::move(each));
  return parts;
}

// --- the steps ---

base::instant phase_3_from(base::instant phase_2_from, const draft& out) {
  const auto& policy = out.policy().governance;
  return policy.frozen_scope_disable_phase_3 ? base::never : phase_2_from + policy.frozen_scope_phase_2;
}

void freeze(const conflict_record& conflict, draft& out) {
  remind(conflict, "has not been resolved in time: its scope is frozen until somebody resolves it", out);
  out.note(scope_frozen{conflict.conflict_id,
                        freeze_phase::resolution,
                        parts_of(conflict, out.facts()),
                        {},
                        out.now(),
                        out.now() + out.policy().governance.frozen_scope_phase_1});
}

/// The related intent whose priority is strictly above that of all others (O-140), if there is one.
const intent_record* foremost(const std::vector<const intent_record*>& contenders) {
  if (contenders.size() < 2)
    return nullptr;
  const auto below = [](const auto* a, const auto* b) { return a->priority < b->priority; };
  const auto* best = *std::max_element(contenders.begin(), contenders.end(), below);
  const auto as_high = std::count_if(contenders.begin(), contenders.end(),
                                     [&](const auto* each) { return each->priority == best->priority; });
  return as_high == 1 ? best : nullptr;
}

void let_pass(const intent_record& best, const conflict_record& conflict,
              const std::vector<const intent_record*>& contenders, draft& out) {
  std::vector<principal_id> lower;
  for (const auto* each : contenders)
    if (each->principal_id != best.principal_id &&
        std::find(lower.begin(), lower.end(), each->principal_id) == lower.end())
      lower.push_back(each->principal_id);
  const auto& id = conflict.conflict_id.str();
  protocol_error told{error_code::scope_frozen, message_id(id),
                      "the scope of conflict '" + id + "' is partially unfrozen for intent '" + best.intent_id.str() +
                          "', whose priority is higher; it stays frozen for everybody else",
                      json_object({{"conflict_id", id}, {"passing_intent", best.intent_id.str()}})};
  out.tell(audience::only(std::move(lower)), std::move(told));
}

void enter_phase_2(const conflict_record& conflict, draft& out) {
  const auto until = phase_3_from(out.now(), out);
  const auto phase = until == base::never ? freeze_phase::held : freeze_phase::priority;
  const auto& facts = out.facts();
  if (const auto* arbiter = arbiter_for(conflict, out)) {
    // An arbiter whom it was escalated to is asked again; who has left, or is none, is replaced (O-119).
    const auto* asked = conflict.escalated_to ? facts.people().find(*conflict.escalated_to) : nullptr;
    const bool is_arbiter_here = rights_in(conflict, *arbiter, facts).arbitrate; // else a person who may resolve
    const bool still_here =
        asked && asked->is_available && !asked->departed &&
        rights_in(conflict, *asked, facts).*(is_arbiter_here ? &rights::arbitrate : &rights::resolve);
    out.note(scope_frozen{conflict.conflict_id, phase, {}, {}, out.now(), until});
    escalate(conflict, still_here ? asked->principal_id : arbiter->principal_id, until, "frozen_scope_phase_2", out);
    return remind(conflict, "still waits for a resolution: its scope is frozen", out);
  }
  std::vector<const intent_record*> contenders;
  for (const auto& id : conflict.related_intents)
    if (const auto* intent = facts.intents().find(id); intent && concerns(conflict, *intent))
      contenders.push_back(intent);
  const auto* best = foremost(contenders);
  out.note(scope_frozen{
      conflict.conflict_id, phase, {}, best ? std::optional(best->intent_id) : std::nullopt, out.now(), until});
  if (best)
    let_pass(*best, conflict, contenders, out);
  remind(conflict,
         "still waits for a resolution, and no arbiter is here: its scope is frozen" +
             (best ? " but for intent '" + best->intent_id.str() + "'" : std::string()),
         out);
}

void enter_phase_3(const conflict_record& conflict, draft& out) {
  if (!conflict.uncertain)
    return settle_by_receipt(conflict, out);
  // SPEC 17.7.1, O-120: what a matcher is unsure of no timer decides.
  out.note(scope_frozen{conflict.conflict_id, freeze_phase::held, {}, conflict.passing, out.now(), base::never});
  remind(conflict, "rests on an uncertain match: it stays frozen until a person resolves it", out);
}

void step_once(const conflict_record& conflict, draft& out) {
  const auto& policy = out.policy().governance;
  switch (conflict.phase) {
  case freeze_phase::none:
    if (const auto* arbiter = arbiter_for(conflict, out); arbiter && next(conflict.state, conflict_event::escalated)) {
      remind(conflict, "has not been resolved in time: it is escalated to '" + arbiter->principal_id.str() + "'", out);
      return escalate(conflict, arbiter->principal_id, resolution_due(out), "resolution_timeout", out);
    }
    return freeze(conflict, out); // O-132: also when who was asked stays silent
  case freeze_phase::resolution:
    if (policy.frozen_scope_phase_2 == base::duration::zero() && !policy.frozen_scope_disable_phase_3)
      return enter_phase_3(conflict, out); // phase 2 is switched off (18.6.2.1-18)
    return enter_phase_2(conflict, out);
  case freeze_phase::priority:
  case freeze_phase::held:
    return enter_phase_3(conflict, out);
  }
}

} // namespace

base::instant resolution_due(const draft& out) {
  const auto timeout = out.policy().governance.resolution_timeout;
  return timeout == base::duration::zero() ? base::never : out.now() + timeout; // 18.6.1-02
}

void ask_a_person(const conflict_record& conflict, draft& out) {
  if (const auto* who = person(conflict, out))
    escalate(conflict, who->principal_id, resolution_due(out), "uncertain_semantic_match", out);
}

void advance_dispute(draft& out) {
  if (const auto* conflict = out.facts().conflicts().due(out.now()))
    step_once(*conflict, out);
}

} // namespace mpac::protocol::rules
