#include "protocol/rules/conflict_standing.hpp"
#include "protocol/rules/operation_endings.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/relay_frame.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace mpac::protocol::rules {
namespace {

bool names_committed(const resolution& said, const conflict_record& conflict, const session& facts) {
  if (!said.outcome || !said.outcome->rejected)
    return false;
  std::unordered_set<std::string_view> known;
  return std::any_of(said.outcome->rejected->begin(), said.outcome->rejected->end(), [&](const std::string& id) {
    if (!known.insert(id).second)
      return false;
    const op_id as_operation(id);
    if (refuses_committed(as_operation, conflict, facts))
      return true;
    const auto* operation = facts.operation(as_operation);
    if (operation && facts.conflicts().is_about(conflict, as_operation))
      return false;
    const auto& outlived = conflict.outlived_commits;
    if (std::find(outlived.begin(), outlived.end(), as_operation) != outlived.end())
      return true;
    if (operation)
      return false;
    // Of what the session has forgotten, only that it belonged here is known: it had been committed.
    return std::find(conflict.related_ops.begin(), conflict.related_ops.end(), as_operation) !=
           conflict.related_ops.end();
  });
}

deliberation question_of(const incoming& from, const conflict_record& conflict, const draft& out) {
  deliberation question;
  question.conflict_id = conflict.conflict_id;
  question.who = from.who->principal_id;
  question.seat = from.seat;
  question.authority = rights_in(conflict, *from.who, out.facts());
  question.message = from.message.message_id;
  question.frame = from.frame;
  return question;
}

/// An open conflict, or null after having refused.
const conflict_record* open_conflict(const conflict_id& id, const incoming& from, draft& out) {
  const auto about = from.message.message_id;
  if (const auto* conflict = out.facts().conflicts().find(id))
    return conflict;
  const bool was = out.facts().past_conflicts().find(id) != nullptr;
  out.refuse(no(error_code::invalid_reference,
                "payload.conflict_id: '" + id.str() + (was ? "' is settled already" : "' is not known"), about),
             from.seat);
  return nullptr;
}

/// What a resolution decides takes effect on intents and operations of the conflict (SPEC 18.4, O-083, O-127).
void apply_outcome(const resolution& said, const conflict_record& conflict, draft& out) {
  if (!said.outcome || !said.outcome->rejected)
    return;
  std::unordered_set<std::string_view> known;
  for (const auto& id : *said.outcome->rejected) {
    if (!known.insert(id).second)
      continue;
    const intent_id as_intent(id);
    const auto* intent = out.facts().intents().find(as_intent);
    if (intent && concerns(conflict, *intent)) {
      start_backoff(*intent, conflict, out);
      end_intent(*intent, intent_event::resolution_rejected, out);
      out.tell(audience::all(), intent_withdraw{as_intent, "resolution_rejected"});
    }
    reject_by_resolution(op_id(id), conflict, said.outcome->rollback, out);
  }
}

void settle(const resolution& said, const ruling& what, const conflict_record& conflict, draft& out) {
  resolution_id id = said.resolution_id.value_or(resolution_id(out.fresh_id("resolution")));
  // Clients that leave the id out learn it from the relayed copy.
  out.relay(said.resolution_id ? what.on().frame
                               : with_member(what.on().frame, "payload", "resolution_id", "\"" + id.str() + "\""));
  out.note(
      conflict_ended{conflict.conflict_id, what.accepted()->to, std::move(id), what.on().who, said.decision.text()});
  apply_outcome(said, conflict, out);
}

} // namespace

void on(const conflict_ack& said, const incoming& from, draft& out) {
  if (const auto* conflict = open_conflict(said.conflict_id, from, out)) {
    auto question = question_of(from, *conflict, out);
    question.is_related = owns_part_of(*conflict, from.who->principal_id, out.facts());
    question.request = said;
    out.consult(std::move(question));
  }
}

void on(const conflict_escalate& said, const incoming& from, draft& out) {
  if (const auto* conflict = open_conflict(said.conflict_id, from, out)) {
    auto question = question_of(from, *conflict, out);
    const auto* target = out.facts().people().find(said.escalate_to);
    question.target_exists = target && !target->departed;
    question.target_has_authority = target && rights_in(*conflict, *target, out.facts()).resolve;
    question.request = said;
    out.consult(std::move(question));
  }
}

void on(const resolution& said, const incoming& from, draft& out) {
  const auto about = from.message.message_id;
  if (const auto* past = out.facts().past_conflicts().find(said.conflict_id)) { // O-129
    const auto& who = from.who->principal_id;
    return out.refuse(may_resolve(rights_in(*past, *from.who, out.facts()), who, past->escalated_to)
                          ? no(error_code::resolution_conflict,
                               "conflict '" + said.conflict_id.str() + "' is resolved already", about)
                          : no(error_code::authorization_failed,
                               "'" + who.str() + "' may not resolve conflict '" + said.conflict_id.str() + "'", about),
                      from.seat);
  }
  if (const auto* conflict = open_conflict(said.conflict_id, from, out)) {
    if (!out.policy().governance.parties_may_resolve &&
        owns_part_of(*conflict, from.who->principal_id, out.facts())) // O-126
      return out.refuse(no(error_code::authorization_failed,
                           "'" + from.who->principal_id.str() + "' is a party to conflict '" + said.conflict_id.str() +
                               "', and parties don't resolve in this session",
                           about),
                        from.seat);
    auto question = question_of(from, *conflict, out);
    question.rejects_committed = // looked up for those alone to whom it matters
        may_resolve(question.authority, question.who, conflict->escalated_to) &&
        names_committed(said, *conflict, out.facts());
    question.request = said;
    out.consult(std::move(question));
  }
}

void on(const ruling& what, draft& out) {
  const auto& question = what.on();
  if (const auto* why = what.refused())
    return out.refuse(*why, question.seat);
  if (out.facts().ended()) // SPEC 14.5: it was closed while the conflict deliberated
    return out.refuse(no(error_code::session_closed, "the session has ended", question.message), question.seat);
  const auto* conflict = out.facts().conflicts().find(question.conflict_id);
  if (!conflict) { // it was settled otherwise while it deliberated
    const bool resolves = std::holds_alternative<resolution>(question.request);
    return out.refuse(no(resolves ? error_code::resolution_conflict : error_code::invalid_reference,
                         "conflict '" + question.conflict_id.str() + "' is settled already", question.message),
                      question.seat);
  }
  if (const auto* said = std::get_if<resolution>(&question.request))
    return settle(*said, what, *conflict, out);
  out.relay(question.frame);
  const auto& granted = *what.accepted();
  if (granted.to == conflict->state && !granted.escalated_to)
    return;
  conflict_moved moved{question.conflict_id, granted.to, granted.escalated_to, out.now(), conflict->next_step, false};
  if (granted.escalated_to && conflict->phase == freeze_phase::none) // who is asked has as much time (O-132)
    moved.next_step = resolution_due(out);
  out.note(std::move(moved));
}

} // namespace mpac::protocol::rules
