// SPEC 17.2, 17.8.1 row 1: conflicts are reported, by the coordinator and by participants.
#include "protocol/rules/rules.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace mpac::protocol::rules {
namespace {

/// How many intents and operations one report may name.
constexpr std::size_t most_related = 256;

/// How many open conflicts about one intent or operation may be reported by participants: reporting costs them nothing.
constexpr std::size_t most_reported = 256;

/// Below this a semantic match counts as `uncertain`, whatever it says (SPEC 17.7.1; no policy key holds it).
constexpr double semantic_match_threshold = 0.7;

bool is_uncertain(const std::optional<basis>& said) {
  if (!said || !said->kind || !said->kind->is(basis_kind::semantic_match))
    return false;
  return said->confidence.value_or(0) < semantic_match_threshold ||
         (said->match_type && said->match_type->is(match_type::uncertain));
}

template <class Id>
void add_once(const Id& one, std::vector<Id>& all) {
  if (std::find(all.begin(), all.end(), one) == all.end())
    all.push_back(one);
}

/// The intents a report is about, each once, in either shape: listed, or as `intent_a` and `intent_b`.
std::vector<intent_id> intents_of(const conflict_report& said) {
  std::vector<intent_id> all;
  for (const auto& one : said.related_intents)
    add_once(one, all);
  for (const auto& one : {said.intent_a, said.intent_b})
    if (one && !one->empty())
      add_once(*one, all);
  return all;
}

/// The people a report names, in either shape.
std::vector<principal_id> principals_of(const conflict_report& said) {
  std::vector<principal_id> all;
  for (const auto& one : {said.principal_a, said.principal_b})
    if (one)
      all.push_back(*one);
  if (all.empty() && said.involved_principals)
    all = *said.involved_principals;
  return all;
}

/// Some clients name two people alone: then it is about what both of them want.
std::vector<intent_id> intents_in_common(const std::vector<principal_id>& people, const session& facts) {
  std::set<intent_id> found;
  if (people.size() < 2)
    return {};
  for (const auto* mine : facts.intents().of(people[0]))
    for (const auto* other : facts.intents().near(mine->scope)) {
      if (found.size() + 1 >= most_related)
        return {found.begin(), found.end()};
      if (other->principal_id == people[1] && overlap(mine->scope, other->scope, facts.registry()))
        found.insert({mine->intent_id, other->intent_id});
    }
  return {found.begin(), found.end()};
}

/// Whose the related things are, in order, each once; and whether one of them lives.
struct relations {
  std::vector<principal_id> owners;
  bool is_alive = false;
  std::optional<refusal> refused;

  void own(const principal_id& who) { add_once(who, owners); }
};

relations relations_of(const conflict_record& conflict, const message_id& about, const session& facts) {
  relations found;
  for (const auto& id : conflict.related_intents) {
    const auto* live = facts.intents().find(id);
    const auto* intent = live ? live : facts.past_intents().find(id);
    if (!intent) {
      found.refused =
          no(error_code::invalid_reference, "payload.related_intents: '" + id.str() + "' is not known", about);
      return found;
    }
    found.own(intent->principal_id);
    found.is_alive |= live != nullptr;
  }
  for (const auto& id : conflict.related_ops) {
    const auto* operation = facts.operation(id);
    if (!operation) {
      found.refused = no(error_code::invalid_reference, "payload.related_ops: '" + id.str() + "' is not known", about);
      return found;
    }
    found.own(operation->principal_id);
    found.is_alive |= !is_terminal(operation->state); // COMMITTED lives (17.9-06)
  }
  if (!found.is_alive)
    found.refused = no(error_code::invalid_reference, "payload: all that the report names has ended", about);
  return found;
}

/// What a report has to be before anybody looks at what it names.
std::optional<refusal> obstacle(const conflict_report& said, const message_id& about, const draft& out) {
  const auto& facts = out.facts();
  if (facts.conflicts().find(said.conflict_id) || facts.past_conflicts().find(said.conflict_id))
    return no(error_code::malformed_message, "payload.conflict_id: '" + said.conflict_id.str() + "' is in use", about);
  if (said.related_intents.size() + said.related_ops.size() > most_related)
    return no(error_code::malformed_message,
              "payload: at most " + std::to_string(most_related) + " related intents and operations", about);
  if (const auto seen = said.based_on_watermark ? lamport_of(*said.based_on_watermark) : std::nullopt;
      seen && *seen > out.lamport())
    return no(error_code::malformed_message,
              "payload.based_on_watermark: the session has not come to " + std::to_string(*seen) + " yet", about);
  return std::nullopt;
}

conflict_report report_of(const conflict_record& conflict) {
  conflict_report report;
  report.conflict_id = conflict.conflict_id;
  report.related_intents = conflict.related_intents;
  report.related_ops = conflict.related_ops;
  report.category = conflict.category;
  report.severity = conflict.severity;
  report.basis.emplace();
  report.basis->kind = conflict.basis;
  report.based_on_watermark = lamport_watermark(conflict.based_on);
  report.description = conflict.description;
  report.principal_a = conflict.principal_a;
  report.principal_b = conflict.principal_b;
  report.intent_a = conflict.intent_a;
  report.intent_b = conflict.intent_b;
  return report;
}

} // namespace

conflict_id open_conflict(conflict_record conflict, std::string_view rule, draft& out, std::optional<audience> told) {
  conflict.conflict_id = conflict_id(out.fresh_id("conflict"));
  conflict.created_at = out.now();
  conflict.next_step = resolution_due(out);
  conflict.based_on = out.lamport();
  conflict.state = next(conflict_state::none, conflict_event::reported).value();
  conflict.description = shortened(conflict.description, longest_description);
  // In the specification's members and in those that existing clients read.
  auto report = report_of(conflict);
  report.basis->rule_id = rule;
  report.dependency_detail = conflict.dependency_detail;
  if (!told)
    told = audience::only({conflict.principal_a, conflict.principal_b});
  auto id = conflict.conflict_id;
  out.note(conflict_opened{std::move(conflict)});
  out.tell(std::move(*told), std::move(report));
  return id;
}

void on(const conflict_report& said, const incoming& from, draft& out) {
  const auto& facts = out.facts();
  const auto about = from.message.message_id;
  if (auto why = obstacle(said, about, out))
    return out.refuse(*why, from.seat);
  conflict_record conflict;
  conflict.conflict_id = said.conflict_id;
  conflict.category = said.category;
  conflict.severity = said.severity;
  conflict.basis = said.basis && said.basis->kind ? *said.basis->kind : word<basis_kind>(basis_kind::human_report);
  conflict.uncertain = is_uncertain(said.basis);
  conflict.description = shortened(said.description.value_or(std::string{}), longest_description);
  conflict.related_intents = intents_of(said);
  for (const auto& one : said.related_ops)
    add_once(one, conflict.related_ops);
  if (conflict.related_intents.empty() && conflict.related_ops.empty())
    conflict.related_intents = intents_in_common(principals_of(said), facts);
  if (conflict.related_intents.empty() && conflict.related_ops.empty()) // 17.2-01
    return out.refuse(no(error_code::malformed_message,
                         "payload.related_intents: the report names neither intent nor operation", about),
                      from.seat);
  const auto related = relations_of(conflict, about, facts);
  if (related.refused)
    return out.refuse(*related.refused, from.seat);
  const auto is_full = [&](const auto& id) { return facts.conflicts().count_about(id) >= most_reported; };
  if (std::any_of(conflict.related_intents.begin(), conflict.related_intents.end(), is_full) ||
      std::any_of(conflict.related_ops.begin(), conflict.related_ops.end(), is_full))
    return out.refuse(no(error_code::limit_reached,
                         "payload: " + std::to_string(most_reported) +
                             " conflicts about what the report names are open already; resolve some first",
                         about),
                      from.seat);
  // The reporter may be neither party; who is one follows from what is disputed, not from what the report claims.
  conflict.principal_a = related.owners.front();
  conflict.principal_b = related.owners.size() > 1 ? related.owners[1] : from.who->principal_id;
  const auto& intents = conflict.related_intents;
  if (!intents.empty())
    conflict.intent_a = intents.front();
  if (intents.size() > 1)
    conflict.intent_b = intents[1];
  conflict.intents_by_then = facts.intents_registered();
  conflict.state = next(conflict_state::none, conflict_event::reported).value();
  conflict.created_at = out.now();
  conflict.next_step = resolution_due(out);
  const auto seen = said.based_on_watermark ? lamport_of(*said.based_on_watermark) : std::nullopt;
  conflict.based_on = seen.value_or(out.why().sender_lamport);
  out.note(conflict_opened{conflict});
  out.relay(from.frame);
  if (out.policy().routing.relay == relay_to::none) // the parties are told in any case (SPEC 17.8.1)
    out.tell(audience::only(related.owners), report_of(conflict));
  if (conflict.uncertain)
    ask_a_person(conflict, out);
}

} // namespace mpac::protocol::rules
