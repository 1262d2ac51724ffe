// How claims end (SPEC 14.7.4, 14.7.4.1).
#include "protocol/rules/claims.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/policy_json.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

bool is_core(const draft& out) {
  return out.policy().compliance_profile == compliance_profile::core;
}

void tell_outcome(const claim_record& claim, claim_decision how, std::optional<std::string> reason,
                  const std::optional<principal_id>& approved_by, const std::optional<principal_id>& decider,
                  draft& out) {
  intent_claim_status status;
  status.claim_id = claim.claim_id;
  status.original_intent_id = claim.original_intent_id;
  status.new_intent_id = claim.new_intent_id;
  status.decision = how;
  status.reason = reason;
  status.approved_by = approved_by;
  out.note(claim_decided{claim.claim_id, how, approved_by, std::move(reason)});
  if (out.policy().routing.claim_status_to == claim_status_audience::all)
    return out.tell(audience::all(), std::move(status));
  std::vector<principal_id> parties{claim.claimant, claim.original_principal_id};
  if (decider && std::find(parties.begin(), parties.end(), *decider) == parties.end())
    parties.push_back(*decider);
  out.tell(audience::only(std::move(parties)), std::move(status));
}

/// What has come between a claim and its approval (O-072).
std::optional<std::string> hindrance(const claim_record& claim, const draft& out) {
  const auto& facts = out.facts();
  const auto* original = facts.intents().find(claim.original_intent_id);
  if (!original || !next(original->state, intent_event::claim_approved))
    return "intent_no_longer_suspended";
  const auto* past = facts.past_intents().find(claim.new_intent_id);
  if (facts.intents().find(claim.new_intent_id) || (past && past->principal_id != claim.claimant))
    return "new_intent_id_taken";
  const auto limit = facts.origin().limits.intents_per_participant;
  if (limit != 0 && facts.intents().count_of(claim.claimant) >= limit)
    return "intent_limit_reached";
  for (const auto* other : facts.intents().near(claim.scope))
    if (other->state == intent_state::active && other->principal_id != claim.claimant &&
        overlap(claim.scope, other->scope, out.facts().registry()).locks())
      return "scope_taken_by_" + other->intent_id.str();
  if (frozen_scope(claim.scope, out.why().message, out)) // O-134
    return "scope_frozen";
  return std::nullopt;
}

/// O-071.
intent_record replacement(const claim_record& claim, const intent_record& original, const draft& out) {
  intent_record intent;
  intent.intent_id = claim.new_intent_id;
  intent.principal_id = claim.claimant;
  intent.objective = claim.objective;
  intent.scope = claim.scope;
  intent.assumptions = original.assumptions;
  intent.priority = original.priority;
  intent.parent_intent_id = original.parent_intent_id;
  intent.state = next(intent_state::none, intent_event::announced).value();
  intent.received_at = out.now();
  intent.ttl = out.policy().liveness.default_intent_ttl;
  intent.expires_at = out.now() + intent.ttl;
  intent.last_message = original.last_message;
  intent.order = out.facts().intents_registered() + 1;
  return intent;
}

} // namespace

std::optional<principal_id> approver_of(const claim_record& claim, const draft& out) {
  if (is_core(out))
    return std::nullopt;
  for (const auto& who : out.facts().people())
    if (who.is_available && who.principal_id != claim.claimant && rights_of(who.roles).resolve)
      return who.principal_id;
  if (claim.waits_for == claim_wait::grace) // `auto`: the policy itself has approved (14.7.4.1-03)
    return out.facts().coordinator();
  return std::nullopt;
}

void approve_claim(const claim_record& claim, const std::optional<principal_id>& by, draft& out) {
  if (auto why = hindrance(claim, out))
    return reject_claim(claim, std::move(*why), out, by);
  const auto& original = *out.facts().intents().find(claim.original_intent_id);
  out.relay(claim.frame, claim.claimant);
  tell_outcome(claim, claim_decision::approved, {}, by, by, out);
  end_intent(original, intent_event::claim_approved, out);
  begin_intent(replacement(claim, original, out), out);
}

void reject_claim(const claim_record& claim, std::string reason, draft& out,
                  const std::optional<principal_id>& decider) {
  if (!out.is_deciding(claim.claim_id))
    tell_outcome(claim, claim_decision::rejected, std::string(shortened(reason, longest_description)), {}, decider,
                 out);
}

void tell_claim_waits(const claim_record& claim, std::string_view why, draft& out) {
  const auto& original = *out.facts().intents().find(claim.original_intent_id);
  intent_update notice;
  notice.intent_id = original.intent_id;
  notice.objective = shortened(original.objective, longest_description);
  out.tell(audience::all(), std::move(notice),
           json_object({{"intent_state", to_string(original.state)},
                        {"cause", why},
                        {"claim_id", claim.claim_id.str()},
                        {"claimed_by", claim.claimant.str()}}));
}

void withdraw_claim_on(const intent_record& original, std::string_view reason, draft& out) {
  if (const auto* claim = out.facts().claims().on(original.intent_id); claim && !out.is_deciding(claim->claim_id))
    tell_outcome(*claim, claim_decision::withdrawn, std::string(reason), {}, {}, out);
}

void reject_claim_on(const intent_record& ended, draft& out) {
  if (const auto* claim = out.facts().claims().on(ended.intent_id))
    reject_claim(*claim, "intent_no_longer_suspended", out);
}

void reject_claims_of(const principal_id& claimant, draft& out) {
  for (const auto* claim : out.facts().claims().of(claimant))
    reject_claim(*claim, "claimant_gone", out);
}

void offer_claims_to(const principal_id& who, const std::vector<std::string>& roles, draft& out) {
  const auto& claims = out.facts().claims();
  if (claims.empty() || !rights_of(roles).resolve)
    return;
  for (const auto* claim : claims.waiting_for_approver())
    if (claim->claimant != who && !out.is_deciding(claim->claim_id)) // each is approved by a decision of its own
      out.note(claim_rescheduled{claim->claim_id, claim_wait::approver, out.now()});
}

void approve_due_claim(draft& out) {
  const auto& claim = out.facts().claims().first_due();
  const auto approver = approver_of(claim, out);
  if (claim.waits_for == claim_wait::approver && !approver) // gone again
    return out.note(claim_rescheduled{claim.claim_id, claim_wait::approver, base::never});
  approve_claim(claim, approver, out);
}

} // namespace mpac::protocol::rules
