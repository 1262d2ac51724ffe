// Stepping back without announcing (SPEC 15.5.1).
#include "protocol/rules/rules.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace mpac::protocol::rules {
namespace {

constexpr base::duration longest_deferral = std::chrono::hours{24}; // O-080

void end_deferral(const deferral_record& deferral, deferral_status how, std::string_view reason, draft& out) {
  if (!out.end_deferral(deferral.principal_id, deferral.deferral_id))
    return;
  intent_deferred end;
  end.deferral_id = deferral.deferral_id;
  end.principal_id = deferral.principal_id;
  end.status = how;
  end.reason = reason;
  out.note(deferral_ended{deferral.principal_id, deferral.deferral_id});
  out.tell(audience::all(), std::move(end));
}

void resolve(const deferral_record& deferral, draft& out) {
  end_deferral(deferral, deferral_status::resolved, "observed_intents_terminated", out);
}

std::optional<refusal> obstacle(const intent_deferred& said, const incoming& from, const draft& out) {
  const auto about = from.message.message_id;
  if (said.status) // 15.5.1-15
    return no(error_code::authorization_failed, "payload.status: the coordinator alone ends a deferral", about);
  if (said.scope)
    if (const auto bad = problems(*said.scope))
      return no(error_code::malformed_message, "payload.scope: " + *bad, about);
  const auto too_long = [&](const auto& list) { return list && list->size() > most_observed; };
  if (too_long(said.observed_intent_ids) || too_long(said.observed_principals))
    return no(error_code::malformed_message,
              std::string("payload.") +
                  (too_long(said.observed_intent_ids) ? "observed_intent_ids" : "observed_principals") + ": at most " +
                  std::to_string(most_observed) + " entries",
              about);
  const auto& deferrals = out.facts().deferrals();
  const auto& who = from.who->principal_id;
  if (!deferrals.find(who, said.deferral_id) && deferrals.of(who).size() >= deferrals_per_principal)
    return no(error_code::limit_reached,
              "at most " + std::to_string(deferrals_per_principal) + " deferrals of one participant at once", about);
  return std::nullopt;
}

deferral_record record_of(const intent_deferred& said, const incoming& from, const draft& out) {
  deferral_record deferral;
  deferral.deferral_id = said.deferral_id;
  deferral.principal_id = from.who->principal_id;
  deferral.scope = said.scope;
  deferral.reason = said.reason;
  deferral.observed_intent_ids = said.observed_intent_ids.value_or(std::vector<intent_id>{});
  deferral.observed_principals = said.observed_principals.value_or(std::vector<principal_id>{});
  for (const auto& id : deferral.observed_intent_ids)
    if (out.facts().intents().find(id) || !out.facts().past_intents().find(id)) // O-094: unknown is not terminal
      deferral.still_open.insert(id);
  const auto ttl = said.ttl_sec ? base::from_seconds(*said.ttl_sec) : out.policy().liveness.default_deferral_ttl;
  deferral.expires_at = out.now() + std::min(ttl, longest_deferral);
  return deferral;
}

/// O-094: whether what it waits for is over already.
bool is_moot(const deferral_record& deferral, const session& facts) {
  if (!deferral.observed_intent_ids.empty() && deferral.still_open.empty()) // O-093
    return true;
  bool names_somebody = false;
  const auto is_at_work = [&](const principal_id& who) {
    names_somebody |= facts.people().find(who) != nullptr;
    return facts.intents().count_of(who) != 0;
  };
  for (const auto& who : deferral.observed_principals)
    if (is_at_work(who))
      return false;
  for (const auto& id : deferral.observed_intent_ids)
    if (is_at_work(principal_id(id.str())))
      return false;
  return names_somebody;
}

} // namespace

void on(const intent_deferred& said, const incoming& from, draft& out) {
  if (auto why = obstacle(said, from, out))
    return out.refuse(*why, from.seat);
  auto deferral = record_of(said, from, out);
  intent_deferred told = said;
  told.principal_id = deferral.principal_id;
  told.expires_at = base::to_rfc3339(deferral.expires_at);
  out.note(deferral_began{deferral});
  out.tell(audience::all(), std::move(told));
  if (is_moot(deferral, out.facts()))
    resolve(deferral, out); // 15.5.1-13
}

void resolve_deferrals_about(const intent_record& ended, draft& out) {
  const auto& deferrals = out.facts().deferrals();
  if (deferrals.empty())
    return;
  for (const auto* deferral : deferrals.observing(ended.principal_id)) // O-095: whatever the intent's scope
    resolve(*deferral, out);
  for (const auto* deferral : deferrals.observing(ended.intent_id)) {
    const auto& waits_for = deferral->still_open;
    if (std::all_of(waits_for.begin(), waits_for.end(),
                    [&](const intent_id& id) { return id == ended.intent_id || out.is_ending(id); }))
      resolve(*deferral, out);
  }
}

void resolve_deferrals_of(const principal_id& who, draft& out) {
  if (out.facts().deferrals().empty())
    return;
  for (const auto* deferral : out.facts().deferrals().of(who))
    end_deferral(*deferral, deferral_status::resolved, "principal_announced", out);
}

void expire_deferrals(draft& out) {
  for (const auto* deferral : out.facts().deferrals().expired(out.now()))
    end_deferral(*deferral, deferral_status::expired, "ttl", out);
}

} // namespace mpac::protocol::rules
