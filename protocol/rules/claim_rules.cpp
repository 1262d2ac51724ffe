// Claims on suspended intents: which are taken, who objects or decides (SPEC 14.7.4, O-069 to O-072).
#include "protocol/rules/claims.hpp"
#include "protocol/rules/rules.hpp"

namespace mpac::protocol::rules {
namespace {

refusal wrong(std::string description, const incoming& from, error_code code = error_code::invalid_reference) {
  return no(code, std::move(description), from.message.message_id);
}

/// What keeps the claimed intent from being claimed by this one.
std::optional<refusal> obstacle_of_original(const intent_claim& said, const incoming& from, const draft& out) {
  const auto& facts = out.facts();
  const auto& id = said.original_intent_id;
  const auto what = "payload.original_intent_id: '" + id.str() + "' ";
  if (const auto* first = facts.claims().on(id)) // first claim wins
    return wrong(what + "is claimed by '" + first->claimant.str() + "' already", from, error_code::claim_conflict);
  const auto* original = facts.intents().find(id);
  if (!original) {
    const auto* past = facts.past_intents().find(id);
    if (past && past->state == intent_state::transferred)
      return wrong(what + "has been taken over already", from, error_code::claim_conflict);
    return wrong(what + (past ? "has ended: it is " + std::string(to_string(past->state)) : "is not known"), from);
  }
  if (original->state != intent_state::suspended)
    return wrong(what + "is " + std::string(to_string(original->state)) + "; only a SUSPENDED one can be claimed",
                 from);
  if (original->principal_id != said.original_principal_id) // O-070
    return wrong("payload.original_principal_id: '" + id.str() + "' belongs to '" + original->principal_id.str() + "'",
                 from);
  if (original->principal_id == from.who->principal_id)
    return wrong(what + "is one's own", from);
  return std::nullopt;
}

std::optional<refusal> obstacle(const intent_claim& said, const incoming& from, const draft& out) {
  const auto& facts = out.facts();
  if (const auto bad = problems(said.scope))
    return wrong("payload.scope: " + *bad, from, error_code::malformed_message);
  if (facts.claims().find(said.claim_id) || facts.past_claims().find(said.claim_id))
    return wrong("payload.claim_id: '" + said.claim_id.str() + "' was used before", from,
                 error_code::malformed_message);
  if (auto why = obstacle_of_original(said, from, out))
    return why;
  if (contains(facts.intents().find(said.original_intent_id)->scope, said.scope, facts.registry()) ==
      verdict::no) // O-070
    return wrong("payload.scope: is wider than that of '" + said.original_intent_id.str() + "'", from);
  if (facts.claims().wants(said.new_intent_id))
    return wrong("payload.new_intent_id: '" + said.new_intent_id.str() + "' is promised to another claim", from,
                 error_code::malformed_message);
  if (auto why = taken(said.new_intent_id, "payload.new_intent_id", from, out))
    return why;
  if (auto why = unresolved_kind(said.scope, from.message.message_id, out))
    return why;
  return frozen_scope(said.scope, from.message.message_id, out); // O-134
}

claim_wait wait_of(const intent_claim& said, const draft& out) {
  const auto& policy = out.policy();
  const auto approval = policy.liveness.intent_claim_approval;
  const auto& original = *out.facts().intents().find(said.original_intent_id);
  if (approval == claim_approval::by_decision ||
      contains(original.scope, said.scope, out.facts().registry()) == verdict::undecidable) // O-070
    return claim_wait::word;
  const bool is_core = policy.compliance_profile == compliance_profile::core;
  return approval == claim_approval::automatic || is_core ? claim_wait::grace : claim_wait::approver;
}

/// Why this principal may not give this answer to a claim.
std::optional<refusal> obstacle(const claim_answer& said, const principal_id& who, const rights& may,
                                const session& facts, const message_id& about) {
  const auto* claim = facts.claims().find(said.claim_id);
  if (!claim)
    return no(error_code::invalid_reference,
              "claim_id: '" + said.claim_id.str() +
                  (facts.past_claims().find(said.claim_id) ? "' is decided already" : "' is not known"),
              about);
  const bool objects = said.decision.is(claim_verdict::objected);
  if (!said.decision.known())
    return no(error_code::malformed_message, "decision: must be approved, rejected or objected", about);
  if (objects ? !may.act : !may.resolve)
    return no(error_code::authorization_failed,
              "'" + who.str() + "' may not decide claim '" + said.claim_id.str() +
                  (objects ? "': observers don't object" : "': owners and arbiters do"),
              about);
  if (who == claim->claimant && !said.decision.is(claim_verdict::rejected))
    return no(error_code::authorization_failed, "'" + who.str() + "' can't judge a claim of its own", about);
  return std::nullopt;
}

void answer_claim(const claim_answer& said, const principal_id& who, draft& out) {
  const auto& claim = *out.facts().claims().find(said.claim_id);
  if (out.is_deciding(claim.claim_id)) // by what else the same message said: its owner's backend works again, say
    return;
  if (said.decision.is(claim_verdict::approved))
    approve_claim(claim, who, out);
  else if (said.decision.is(claim_verdict::rejected))
    reject_claim(claim, said.reason.value_or("rejected_by_" + who.str()), out, who);
  else if (claim.waits_for != claim_wait::word) { // O-069
    out.note(claim_rescheduled{claim.claim_id, claim_wait::word, base::never});
    tell_claim_waits(claim, "claim_objected", out);
  }
}

} // namespace

void on(const intent_claim& said, const incoming& from, draft& out) {
  if (auto why = obstacle(said, from, out))
    return out.refuse(*why, from.seat);
  claim_record claim;
  claim.claim_id = said.claim_id;
  claim.original_intent_id = said.original_intent_id;
  claim.original_principal_id = said.original_principal_id;
  claim.new_intent_id = said.new_intent_id;
  claim.claimant = from.who->principal_id;
  claim.objective = said.objective;
  claim.scope = said.scope;
  claim.justification = said.justification;
  claim.frame = from.frame;
  claim.submitted_at = out.now();
  claim.waits_for = wait_of(said, out);
  if (claim.waits_for == claim_wait::grace)
    claim.approve_at = out.now() + out.policy().liveness.intent_claim_grace_period;
  claim.order = out.facts().sequence() + 1;
  out.note(claim_submitted{claim});
  const auto approver = claim.waits_for == claim_wait::word ? std::nullopt : approver_of(claim, out);
  if (claim.approve_at <= out.now() || (claim.waits_for == claim_wait::approver && approver))
    return approve_claim(claim, approver, out);
  tell_claim_waits(claim, "claim_pending", out);
}

void judge_claim(const claim_answer& said, const incoming& from, draft& out) {
  const auto& who = *from.who;
  if (auto why = obstacle(said, who.principal_id, rights_of(who.roles), out.facts(), from.message.message_id)) {
    why->description.insert(0, R"(payload.extensions["mpac_cluster.claim_decision"].)");
    return out.refuse(*why, from.seat);
  }
  answer_claim(said, who.principal_id, out);
}

} // namespace mpac::protocol::rules

namespace mpac::protocol {

base::result<decision, refusal> decide_claim(const session& facts, const claim_answer& said, const principal_id& by,
                                             base::instant now) {
  using namespace rules;
  const auto* who = facts.people().find(by);
  if (facts.ended())
    return base::fail(refusal{error_code::session_closed, "the session has ended", {}});
  const bool is_operator = by == facts.coordinator(); // whose hub it is
  if (!is_operator && (!who || who->departed))
    return base::fail(refusal{error_code::invalid_reference, "'" + by.str() + "' is not in this session", {}});
  constexpr rights everything{true, true, true, true};
  if (auto why = obstacle(said, by, is_operator ? everything : rights_of(who->roles), facts, {}))
    return base::fail(refusal{why->code, why->description, {}});
  cause why = cause_at(now, "claim");
  why.who = by;
  draft out(facts, std::move(why));
  answer_claim(said, by, out);
  authorise_released(out);
  return std::move(out).seal();
}

} // namespace mpac::protocol
