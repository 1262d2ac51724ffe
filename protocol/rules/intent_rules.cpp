#include "protocol/rules/presence.hpp"

#include <algorithm>
#include <chrono>

namespace mpac::protocol::rules {
namespace {

/// Finds an intent its sender may change, or refuses in its place.
const intent_record* own_intent(const intent_id& id, const incoming& from, draft& out) {
  const auto about = from.message.message_id;
  if (const auto* intent = out.facts().intents().find(id)) {
    if (intent->principal_id == from.who->principal_id)
      return intent;
    out.refuse(no(error_code::authorization_failed,
                  "payload.intent_id: '" + id.str() + "' belongs to '" + intent->principal_id.str() + "'", about),
               from.seat);
    return nullptr;
  }
  const auto* past = out.facts().past_intents().find(id);
  out.refuse(no(error_code::invalid_reference,
                "payload.intent_id: '" + id.str() + "' " +
                    (past ? "has ended: it is " + std::string(to_string(past->state)) : std::string("is not known")),
                about),
             from.seat);
  return nullptr;
}

bool is_nothing_but_a_planned_switch(const intent_update& said, const intent_record& intent, const incoming& from) {
  return intent.suspension_cause == suspension_cause::backend && !said.objective && !said.scope && !said.assumptions &&
         !said.ttl_sec && plans_switch(from);
}

constexpr base::duration longest_ttl = std::chrono::hours{24 * 365}; // O-080

base::duration ttl_of(double seconds) {
  return std::min(base::from_seconds(seconds), longest_ttl);
}

} // namespace

void on(const intent_announce& said, const incoming& from, draft& out) {
  if (auto objection = objection_to(said, from, out))
    return out.refuse(objection->why, from.seat, std::move(objection->extensions));
  intent_record intent;
  intent.intent_id = said.intent_id;
  intent.principal_id = from.who->principal_id;
  intent.objective = said.objective;
  intent.scope = said.scope;
  intent.assumptions = said.assumptions;
  intent.priority = said.priority ? said.priority->known().value_or(priority::normal) : priority::normal;
  intent.parent_intent_id = said.parent_intent_id;
  intent.received_at = out.now();
  intent.ttl = said.ttl_sec ? ttl_of(*said.ttl_sec) : out.policy().liveness.default_intent_ttl;
  intent.expires_at = intent.received_at + intent.ttl; // SPEC 15.3: the coordinator's clock alone
  intent.last_message = from.message.message_id;
  intent.order = out.facts().intents_registered() + 1;

  out.relay(from.frame);
  // One's own intent of the same scope is replaced, others of one's own stand (O-085, SPEC 15.3.2).
  if (const auto* old = said.supersedes_intent_id ? out.facts().intents().find(*said.supersedes_intent_id) : nullptr)
    end_intent(*old, intent_event::superseded, out);
  for (const auto* old : out.facts().intents().near(intent.scope))
    if (old->principal_id == intent.principal_id && same_scope(old->scope, intent.scope))
      end_intent(*old, intent_event::superseded, out);
  begin_intent(intent, out);
  warn_of_frozen_part(intent.scope, from, out);
}

void begin_intent(const intent_record& intent, draft& out) {
  out.note(intent_registered{intent});
  detect_overlaps(intent, out);
  resolve_deferrals_of(intent.principal_id, out); // nobody who works has stepped back
}

void on(const intent_update& said, const incoming& from, draft& out) {
  const auto* intent = own_intent(said.intent_id, from, out);
  if (!intent)
    return;
  if (is_nothing_but_a_planned_switch(said, *intent, from)) {
    // SPEC 14.3.1: an ailing backend suspends the intent, and may be the very one to be replaced.
    out.relay(from.frame);
    return consider_planned_switch(from, out);
  }
  if (!next(intent->state, intent_event::updated)) // O-092
    return out.refuse(
        no(error_code::invalid_reference,
           "payload.intent_id: '" + said.intent_id.str() + "' is " + std::string(to_string(intent->state)),
           from.message.message_id),
        from.seat);
  if (said.scope)
    if (const auto bad = problems(*said.scope))
      return out.refuse(no(error_code::malformed_message, "payload.scope: " + *bad, from.message.message_id),
                        from.seat);
  if (said.scope)
    if (const auto unresolved = unresolved_kind(*said.scope, from.message.message_id, out))
      return out.refuse(*unresolved, from.seat);
  const auto added = said.scope ? growth(intent->scope, *said.scope, out.facts().registry()) : std::nullopt;
  if (added)
    if (const auto frozen = frozen_scope(*added, from.message.message_id, out)) // O-091
      return out.refuse(*frozen, from.seat);
  intent_revised change{said.intent_id,     said.objective,         said.scope, said.assumptions, {},
                        intent->expires_at, from.message.message_id};
  if (said.ttl_sec) { // O-091: the TTL restarts only when one is given
    change.ttl = ttl_of(*said.ttl_sec);
    change.expires_at = out.now() + *change.ttl;
  }
  out.relay(from.frame);
  out.note(change);
  if (said.scope) {
    intent_record revised = *intent;
    revised.scope = *said.scope;
    if (contains(intent->scope, revised.scope, out.facts().registry()) != verdict::yes)
      detect_overlaps(revised, out, &intent->scope); // SPEC 15.4: what was shared before has been reported
    else if (revised.scope.extensions)
      detect_broken_dependencies(revised, out);
  }
  if (added)
    warn_of_frozen_part(*added, from, out);
  consider_planned_switch(from, out);
}

void on(const intent_withdraw& said, const incoming& from, draft& out) {
  const auto* intent = own_intent(said.intent_id, from, out);
  if (!intent)
    return;
  out.relay(from.frame);
  end_intent(*intent, intent_event::withdrawn, out);
}

void end_intent(const intent_record& intent, intent_event why, draft& out) {
  if (out.is_ending(intent.intent_id))
    return;
  auto to = next(intent.state, why);
  // O-063: there is no row for withdrawing or superseding what is suspended; its owner's message is the owner's return.
  if (!to && next(intent.state, intent_event::owner_returned)) {
    out.note(intent_moved{intent.intent_id, intent_state::active, out.why().message});
    to = next(intent_state::active, why);
  }
  if (!to)
    return;
  out.note(intent_moved{intent.intent_id, *to, out.why().message});
  end_operations_under(intent, out);
  dismiss_conflicts_about(intent.intent_id, out);
  if (why != intent_event::claim_approved)
    reject_claim_on(intent, out);
  resolve_deferrals_about(intent, out);
  end_backoff(intent, why, out);
}

void expire_intents(draft& out) {
  for (const auto* intent : out.facts().intents().expired(out.now()))
    end_intent(*intent, intent_event::ttl_over, out);
}

} // namespace mpac::protocol::rules
