// What an announce has to pass before anything of it is registered (SPEC 15.3, O-088).
#include "protocol/rules/rules.hpp"
#include "protocol/wire/refusal_extensions.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace mpac::protocol::rules {
namespace {

using verdict_on = std::optional<objection>;
using check = verdict_on (*)(const intent_announce&, const incoming&, const draft&);

verdict_on refused(error_code code, std::string description, const incoming& from) {
  return objection{no(code, std::move(description), from.message.message_id), {}};
}

verdict_on form(const intent_announce& said, const incoming& from, const draft& out) {
  if (const auto bad = problems(said.scope))
    return refused(error_code::malformed_message, "payload.scope: " + *bad, from);
  if (auto why = taken(said.intent_id, "payload.intent_id", from, out))
    return objection{std::move(*why), {}};
  return {};
}

/// O-099.
verdict_on supersession(const intent_announce& said, const incoming& from, const draft& out) {
  if (!said.supersedes_intent_id)
    return {};
  const auto& id = *said.supersedes_intent_id;
  const auto* old = out.facts().intents().find(id);
  if (!old)
    return refused(error_code::invalid_reference,
                   "payload.supersedes_intent_id: '" + id.str() + "' is not a live intent", from);
  if (old->principal_id != from.who->principal_id)
    return refused(error_code::authorization_failed,
                   "payload.supersedes_intent_id: '" + id.str() + "' belongs to '" + old->principal_id.str() + "'",
                   from);
  if (!next(old->state, intent_event::superseded))
    return refused(error_code::invalid_reference,
                   "payload.supersedes_intent_id: '" + id.str() + "' is " + std::string(to_string(old->state)), from);
  return {};
}

verdict_on room(const intent_announce& said, const incoming& from, const draft& out) {
  const auto& facts = out.facts();
  const auto limit = facts.origin().limits.intents_per_participant;
  if (limit == 0 || facts.intents().count_of(from.who->principal_id) < limit)
    return {};
  std::size_t leaving = said.supersedes_intent_id ? 1 : 0;
  for (const auto* old : facts.intents().near(said.scope)) // SPEC 15.3.2: announced anew, it takes the old one's place
    leaving += old->principal_id == from.who->principal_id && old->intent_id != said.supersedes_intent_id &&
               same_scope(old->scope, said.scope);
  if (facts.intents().count_of(from.who->principal_id) - leaving >= limit)
    return refused(error_code::limit_reached,
                   "limits.intents_per_participant: " + std::to_string(limit) + " are live already", from);
  return {};
}

/// SPEC 15.2.2.
verdict_on kinds(const intent_announce& said, const incoming& from, const draft& out) {
  if (auto why = unresolved_kind(said.scope, from.message.message_id, out))
    return objection{std::move(*why), {}};
  return {};
}

/// SPEC 18.6.2.
verdict_on frozen(const intent_announce& said, const incoming& from, const draft& out) {
  if (auto why = frozen_scope(said.scope, from.message.message_id, out))
    return objection{std::move(*why), {}};
  return {};
}

/// SPEC 15.3.1.
verdict_on backoff(const intent_announce& said, const incoming& from, const draft& out) {
  const auto& waiting = out.facts().backoffs();
  if (waiting.empty() || out.policy().liveness.intent_backoff_initial == base::duration::zero())
    return {};
  const auto* refusal = waiting.against(from.who->principal_id, said.scope, out.now());
  if (!refusal)
    return {};
  return objection{no(error_code::intent_backoff,
                      "payload.scope: a resolution refused it " + std::to_string(refusal->refusals) +
                          " time(s) in a row; announce it again after " + base::to_rfc3339(refusal->until),
                      from.message.message_id),
                   retry_after_json(refusal->until - out.now())};
}

std::string in_brackets(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i)
    text += (i ? ", '" : "'") + names[i] + "'";
  return "[" + text + (names.size() > shown ? ", ...]" : "]");
}

/// SPEC 15.3.2. Only an active holder locks (O-086), and only what is decided exactly (O-084).
verdict_on race_lock(const intent_announce& said, const incoming& from, const draft& out) {
  if (!out.policy().race_lock)
    return {};
  constexpr std::size_t named = 100; // one frame has to hold them
  std::vector<const intent_record*> holders;
  std::vector<std::string> shared;
  for (const auto* other : out.facts().intents().near(said.scope)) {
    if (other->principal_id == from.who->principal_id || other->state != intent_state::active)
      continue;
    auto found = overlap(said.scope, other->scope, out.facts().registry());
    if (!found.locks())
      continue;
    if (holders.empty())
      shared = std::move(found.shared);
    holders.push_back(other);
    if (holders.size() == named)
      break;
  }
  if (holders.empty())
    return {};
  const auto& first = *holders.front();
  // The words up to the first holder's are those existing clients know.
  std::string description = "Files " + in_brackets(shared) + " are already being modified by intent " +
                            first.intent_id.str() + " (principal " + first.principal_id.str() + ")";
  if (holders.size() > 1)
    description += " and " + std::to_string(holders.size() - 1) + " more in extensions.holders";
  description += "; send INTENT_DEFERRED, or announce again once it has ended";
  return objection{no(error_code::stale_intent, std::move(description), from.message.message_id),
                   holders_json(holders)};
}

/// The order of O-088; who speaks and whether it may was judged before. The first objection is the answer.
constexpr std::array<check, 7> checks{&form, &kinds, &supersession, &room, &frozen, &backoff, &race_lock};

} // namespace

std::optional<refusal> taken(const intent_id& id, std::string_view member, const incoming& from, const draft& out) {
  const auto& owner = from.who->principal_id;
  const auto about = from.message.message_id;
  const auto what = std::string(member) + ": '" + id.str();
  if (const auto* live = out.facts().intents().find(id))
    return no(error_code::malformed_message,
              what + "' is in use" +
                  (live->principal_id == owner ? "; withdraw it first, or supersede it" : " by somebody else"),
              about);
  if (const auto* past = out.facts().past_intents().find(id); past && past->principal_id != owner)
    return no(error_code::malformed_message, what + "' was somebody else's", about);
  return std::nullopt;
}

std::optional<objection> objection_to(const intent_announce& said, const incoming& from, const draft& out) {
  for (const check each : checks)
    if (auto why = each(said, from, out))
      return why;
  return std::nullopt;
}

} // namespace mpac::protocol::rules
