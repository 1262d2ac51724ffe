// What of claims, deferrals and suspensions no conversation can show (SPEC 14.7.4, 14.3.1, 8.1.1.2).
#include "protocol/living.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/snapshot_encoder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/json.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

/// alice has left i1 to whoever takes it; bob has claimed it.
void claim(pure_house& house, const std::string& approval) {
  session_policy policy;
  policy.liveness.intent_claim_approval = from_word<claim_approval>(approval).value();
  opening how;
  how.policy = std::make_shared<const session_policy>(policy);
  house.open(how);
  house.join("alice");
  house.join("bob");
  house.join("olga", "roles=[owner]");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] priority=high assumptions=[\"it is quiet\"]");
  house.says("alice", "GOODBYE intent_disposition=transfer");
  house.says("bob", "INTENT_CLAIM claim_id=c1 original_intent_id=i1 original_principal_id=alice new_intent_id=i2 "
                    "objective=on scope=[a.py] justification=because");
  (void)house.heard("bob");
}

claim_answer answer(const std::string& id, claim_verdict how) {
  return {claim_id(id), how, std::nullopt};
}

session absorbed(const pure_house& house) {
  session_origin origin;
  origin.id = house.facts().origin().id;
  origin.policy = house.facts().policy_ptr();
  session again(std::move(origin));
  for (const auto& made : house.decisions())
    again.absorb(made);
  return again;
}

} // namespace

TEST_CASE("an owner decides on a claim through the API as on the wire", "[14.7.4-03][14.7.4-04]") {
  pure_house house;
  claim(house, "explicit");
  auto facts = absorbed(house);
  CHECK(decide_claim(facts, answer("c1", claim_verdict::approved), principal_id("bob"), house.now()).error().code ==
        error_code::authorization_failed);
  CHECK(decide_claim(facts, answer("c2", claim_verdict::approved), principal_id("olga"), house.now()).error().code ==
        error_code::invalid_reference);
  CHECK(decide_claim(facts, answer("c1", claim_verdict::approved), principal_id("nobody"), house.now()).error().code ==
        error_code::invalid_reference);
  auto made = decide_claim(facts, answer("c1", claim_verdict::approved), principal_id("olga"), house.now());
  REQUIRE(made.has_value());
  facts.absorb(*made);
  const auto* taken_over = facts.intents().find(intent_id("i2"));
  REQUIRE(taken_over);
  CHECK(taken_over->priority == priority::high); // O-071
  CHECK(taken_over->assumptions == std::vector<std::string>{"it is quiet"});
  CHECK(facts.past_intents().find(intent_id("i1"))->state == intent_state::transferred);
  CHECK(facts.past_claims().find(claim_id("c1"))->approved_by == principal_id("olga"));
  CHECK_FALSE(facts.past_claims().find(claim_id("c1"))->frame);
}

TEST_CASE("a session that ends leaves no claim pending", "[14.7.4.1-05]") {
  pure_house house;
  claim(house, "explicit");
  house.close_session(close_reason::manual, close_disposition::withdraw_all);
  CHECK(house.facts().claims().empty());
  CHECK(house.facts().past_claims().find(claim_id("c1"))->decision == claim_decision::rejected);
}

TEST_CASE("the snapshot names claims, who has claimed, and deferrals", "[8.1.1.2-01]") {
  pure_house house;
  claim(house, "explicit");
  house.says("bob", "INTENT_DEFERRED deferral_id=d1 scope=[a.py] observed_intent_ids=[i1] ttl_sec=30");
  auto page = parse_json(snapshot_json(house.facts(), house.now()));
  CHECK(text_at(page["pending_claims"][0], "claim_id") == "c1");
  CHECK(text_at(page["pending_claims"][0], "claimer_principal_id") == "bob");
  CHECK(page["pending_claims"][0]["decision"].IsNull());
  CHECK(text_at(page["intents"][0], "claimed_by") == "bob");
  CHECK(text_at(page["deferrals"][0], "deferral_id") == "d1");
  CHECK(text_at(page["deferrals"][0], "principal_id") == "bob");
  house.says("olga", "HEARTBEAT extensions={\"mpac_cluster.claim_decision\": {claim_id: c1, decision: approved}}");
  page = parse_json(snapshot_json(house.facts(), house.now()));
  CHECK(page["pending_claims"].Empty());
  CHECK(text_at(page["claims"][0], "decision") == "approved");
  CHECK(text_at(page["claims"][0], "approved_by") == "olga");
  CHECK(text_at(page["intents"][0], "state") == "TRANSFERRED");
  CHECK(text_at(page["intents"][0], "claimed_by") == "bob");
}

TEST_CASE("a return lifts what absence has caused, and nothing else", "[15.6.1-08][14.7.2-07]") {
  session_policy policy;
  policy.liveness.backend_health_policy.enabled = true;
  opening how;
  how.policy = std::make_shared<const session_policy>(policy);
  pure_house house(how);
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  auto facts = absorbed(house);
  const auto step = [&](auto&& rule) {
    rules::draft out(facts, rules::cause_at(house.now(), "test"));
    rule(*facts.intents().find(intent_id("i1")), out);
    facts.absorb(std::move(out).seal());
  };
  const auto state = [&] { return facts.intents().find(intent_id("i1"))->state; };
  step([](const auto& intent, auto& out) { rules::suspend_intent(intent, suspension_cause::backend, out); });
  CHECK(state() == intent_state::suspended);
  step([](const auto& intent, auto& out) { rules::restore_after_absence(intent, out); });
  CHECK(state() == intent_state::suspended);
  CHECK(facts.intents().find(intent_id("i1"))->suspension_cause == suspension_cause::backend);
  step([](const auto& intent, auto& out) { rules::restore_intent(intent, suspension_cause::backend, out); });
  CHECK(state() == intent_state::active);
  CHECK_FALSE(facts.intents().find(intent_id("i1"))->suspension_cause);
  step([](const auto& intent, auto& out) { rules::suspend_intent(intent, suspension_cause::owner_left, out); });
  step([](const auto& intent, auto& out) { rules::restore_after_absence(intent, out); });
  CHECK(state() == intent_state::active);
}

TEST_CASE("a deferral ends so many seconds after it came, by the coordinator's clock", "[15.5.1-02][15.5.1-03]") {
  pure_house house;
  house.join("alice");
  const auto told = [&](const std::string& words) {
    house.says("alice", "INTENT_DEFERRED deferral_id=d1 scope=[a.py] @ts=\"2031-01-01T00:00:00Z\"" + words);
    return text_at(house.heard("alice").back(), "payload.expires_at");
  };
  CHECK(told("") == base::to_rfc3339(house.now() + 60s));
  CHECK(told(" ttl_sec=90.5") == base::to_rfc3339(house.now() + 90s + 500ms));
  CHECK(told(" ttl_sec=1e12") == base::to_rfc3339(house.now() + 24h)); // O-080
}

TEST_CASE("one participant has only so many deferrals, each of so many intents", "[15.5.1-16]") {
  pure_house house;
  house.join("alice");
  for (std::size_t i = 0; i < deferrals_per_principal; ++i)
    house.says("alice", "INTENT_DEFERRED deferral_id=d" + std::to_string(i) + " scope=[a.py]");
  CHECK(house.facts().deferrals().size() == deferrals_per_principal);
  house.says("alice", "INTENT_DEFERRED deferral_id=one-more scope=[a.py]");
  CHECK(house.decisions().back().cause.error == error_code::limit_reached);
  house.says("alice", "INTENT_DEFERRED deferral_id=d0 scope=[b.py]");
  CHECK_FALSE(house.decisions().back().cause.error);
  std::string many = "i0";
  for (std::size_t i = 1; i <= most_observed; ++i)
    many += ", i" + std::to_string(i);
  house.says("alice", "INTENT_DEFERRED deferral_id=d0 scope=[b.py] observed_intent_ids=[" + many + "]");
  CHECK(house.decisions().back().cause.error == error_code::malformed_message);
}

TEST_CASE("a heartbeat that ends the suspension and answers the claim on it ends the claim once",
          "[14.7.4-08][14.3.1-07]") {
  for (const auto* decision : {"approved", "rejected", "objected"}) {
    session_policy policy;
    policy.compliance_profile = compliance_profile::governance;
    policy.liveness.intent_claim_approval = claim_approval::by_decision;
    policy.liveness.backend_health_policy.enabled = true;
    opening how;
    how.policy = std::make_shared<const session_policy>(policy);
    pure_house house(how);
    house.join("alice", "roles=[owner]");
    house.join("bob");
    house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
    house.says("alice", "HEARTBEAT backend_health={model_id: v/m, provider_status: down}");
    house.says("bob", "INTENT_CLAIM claim_id=c1 original_intent_id=i1 original_principal_id=alice new_intent_id=i2 "
                      "objective=on scope=[a.py]");
    REQUIRE(house.facts().claims().find(claim_id("c1")));
    house.says("alice", std::string("HEARTBEAT backend_health={model_id: v/m, provider_status: operational} "
                                    "extensions={\"mpac_cluster.claim_decision\": {claim_id: c1, decision: ") +
                            decision + "}}");
    CHECK(house.facts().claims().empty());
    REQUIRE(house.facts().past_claims().find(claim_id("c1")));
    CHECK(house.facts().past_claims().find(claim_id("c1"))->decision == claim_decision::withdrawn);
    CHECK(house.facts().intents().find(intent_id("i1"))->state == intent_state::active);
    CHECK_FALSE(house.facts().intents().find(intent_id("i2")));
  }
}
