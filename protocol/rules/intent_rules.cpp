#include "protocol/rules/presence.hpp"

#include <algorithm>

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

/// The checks an announce passes before anything of it is registered (O-088), or why it fails.
std::optional<refusal> obstacle(const intent_announce& said, const incoming& from, const draft& out) {
  const auto& facts = out.facts();
  const auto about = from.message.message_id;
  const auto& owner = from.who->principal_id;
  if (const auto bad = problems(said.scope))
    return no(error_code::malformed_message, "payload.scope: " + *bad, about);
  if (const auto* live = facts.intents().find(said.intent_id))
    return no(error_code::malformed_message,
              "payload.intent_id: '" + said.intent_id.str() + "' is in use" +
                  (live->principal_id == owner ? "; withdraw it first, or supersede it" : " by somebody else"),
              about);
  if (const auto* past = facts.past_intents().find(said.intent_id); past && past->principal_id != owner)
    return no(error_code::malformed_message, "payload.intent_id: '" + said.intent_id.str() + "' was somebody else's",
              about);
  if (said.supersedes_intent_id) {
    const auto* old = facts.intents().find(*said.supersedes_intent_id);
    if (!old) // O-099
      return no(error_code::invalid_reference,
                "payload.supersedes_intent_id: '" + said.supersedes_intent_id->str() + "' is not a live intent", about);
    if (old->principal_id != owner)
      return no(error_code::authorization_failed,
                "payload.supersedes_intent_id: '" + said.supersedes_intent_id->str() + "' belongs to '" +
                    old->principal_id.str() + "'",
                about);
  }
  const auto limit = facts.origin().limits.intents_per_participant;
  const std::size_t leaving = said.supersedes_intent_id ? 1 : 0;
  if (limit != 0 && facts.intents().count_of(owner) - leaving >= limit)
    return no(error_code::limit_reached,
              "limits.intents_per_participant: " + std::to_string(limit) + " are live already", about);
  return std::nullopt;
}

} // namespace

void on(const intent_announce& said, const incoming& from, draft& out) {
  if (auto why = obstacle(said, from, out))
    return out.refuse(*why, from.seat);
  intent_record intent;
  intent.intent_id = said.intent_id;
  intent.principal_id = from.who->principal_id;
  intent.objective = said.objective;
  intent.scope = said.scope;
  intent.assumptions = said.assumptions;
  intent.priority = said.priority ? said.priority->known().value_or(priority::normal) : priority::normal;
  intent.parent_intent_id = said.parent_intent_id;
  intent.received_at = out.now();
  intent.ttl = said.ttl_sec ? base::from_seconds(*said.ttl_sec) : out.policy().liveness.default_intent_ttl;
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
  out.note(intent_registered{intent});
  detect_overlaps(intent, out);
}

void on(const intent_update& said, const incoming& from, draft& out) {
  const auto* intent = own_intent(said.intent_id, from, out);
  if (!intent)
    return;
  if (said.scope)
    if (const auto bad = problems(*said.scope))
      return out.refuse(no(error_code::malformed_message, "payload.scope: " + *bad, from.message.message_id),
                        from.seat);
  intent_revised change{said.intent_id,     said.objective,         said.scope, said.assumptions, {},
                        intent->expires_at, from.message.message_id};
  if (said.ttl_sec) { // O-091: the TTL restarts only when one is given
    change.ttl = base::from_seconds(*said.ttl_sec);
    change.expires_at = out.now() + *change.ttl;
  }
  out.relay(from.frame);
  out.note(change);
  if (said.scope) {
    intent_record revised = *intent;
    revised.scope = *said.scope;
    detect_overlaps(revised, out); // SPEC 15.4
  }
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
  auto to = next(intent.state, why);
  // O-063: there is no row for withdrawing or superseding what is suspended; its owner's message is the owner's return.
  if (!to && next(intent.state, intent_event::owner_returned)) {
    out.note(intent_moved{intent.intent_id, intent_state::active, out.why().message});
    to = next(intent_state::active, why);
  }
  if (!to || out.is_ending(intent.intent_id))
    return;
  out.note(intent_moved{intent.intent_id, *to, out.why().message});
  end_operations_under(intent, out);
  dismiss_conflicts_about(intent.intent_id, out);
}

void expire_intents(draft& out) {
  for (const auto* intent : out.facts().intents().expired(out.now()))
    end_intent(*intent, intent_event::ttl_over, out);
}

} // namespace mpac::protocol::rules
