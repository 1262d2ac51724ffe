// What a session knows of disputes beyond what is heard of them (SPEC 15.2, 17, 18.6).
#include "protocol/resource_registry.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/snapshot_encoder.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

opening quick() {
  opening how;
  auto policy = *how.policy;
  policy.governance.resolution_timeout = 10s;
  policy.governance.frozen_scope_phase_1 = 10s;
  policy.governance.frozen_scope_phase_2 = 20s;
  how.policy = std::make_shared<const session_policy>(std::move(policy));
  return how;
}

/// Alice and Bob want the same file; the conflict's id.
conflict_id dispute_in(pure_house& house) {
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] priority=low");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py]");
  return house.facts().conflicts().all().front()->conflict_id;
}

const conflict_record& record(const pure_house& house, const conflict_id& id) {
  const auto* found = house.facts().conflicts().find(id);
  REQUIRE(found);
  return *found;
}

conflict_state end_of(const pure_house& house, const conflict_id& id) {
  const auto* past = house.facts().past_conflicts().find(id);
  REQUIRE(past);
  return past->state;
}

} // namespace

TEST_CASE("the session remembers when it acts on a conflict, what is frozen and who passes",
          "[18.6.1-04][18.6.2.1-07][8.1.1.2-01]") {
  pure_house house(quick());
  const auto id = dispute_in(house);
  const auto began = house.now();
  CHECK(record(house, id).next_step == began + 10s);
  CHECK(house.facts().frozen().empty());

  house.wait(10s);
  CHECK(record(house, id).phase == freeze_phase::resolution);
  CHECK(record(house, id).frozen == std::vector{file_set({"a.py"})});
  CHECK(record(house, id).frozen_at == began + 10s);
  CHECK_FALSE(house.facts().frozen().empty());
  const auto snapshot = parse_json(snapshot_json(house.facts(), house.now()));
  const auto& conflict = snapshot["conflicts"][0];
  CHECK(conflict["scope_frozen"].GetBool());
  CHECK(conflict["freeze_phase"] == "resolution");
  CHECK(conflict["frozen_scope"][0]["resources"][0] == "a.py");

  house.wait(10s);
  CHECK(record(house, id).phase == freeze_phase::priority);
  CHECK(record(house, id).passing == intent_id("i2"));
  CHECK(record(house, id).next_step == began + 40s);

  house.wait(20s);
  CHECK(end_of(house, id) == conflict_state::closed);
  CHECK(house.facts().frozen().empty());
  CHECK(house.facts().conflicts().next_step() == base::never);
}

TEST_CASE("phase 3 closes a conflict from wherever it stands", "[17.8.1-06][18.6.2.1-15]") {
  pure_house house(quick());
  const auto id = dispute_in(house);
  SECTION("open") {}
  SECTION("acknowledged") {
    house.says("bob", "CONFLICT_ACK conflict_id=" + id.str());
    CHECK(record(house, id).state == conflict_state::acked);
  }
  SECTION("escalated") {
    house.join("olga", "roles=[owner]");
    house.says("bob", "CONFLICT_ESCALATE escalate_to=olga conflict_id=" + id.str());
    CHECK(record(house, id).state == conflict_state::escalated);
    CHECK(record(house, id).escalated_at == house.now());
  }
  house.wait(41s);
  CHECK(end_of(house, id) == conflict_state::closed);
}

TEST_CASE("an escalation by time is known to the snapshot and to the conflict itself", "[17.8.1-03][18.6.1-03]") {
  pure_house house(quick());
  house.join("vera", "roles=[arbiter]");
  house.join("olga", "roles=[owner]");
  const auto id = dispute_in(house);
  house.wait(10s);
  CHECK(record(house, id).state == conflict_state::escalated);
  CHECK(record(house, id).escalated_to == principal_id("vera"));
  CHECK(record(house, id).escalated_at == house.now());
  house.says("olga", "RESOLUTION decision=approved conflict_id=" + id.str());
  CHECK(house.facts().conflicts().size() == 1); // no longer hers to decide (18.4-12)
  house.says("vera", "RESOLUTION decision=approved conflict_id=" + id.str());
  CHECK(house.facts().conflicts().size() == 0);
}

TEST_CASE("while a scope is frozen the session is degraded", "[13.1.COORDINATOR_STATUS-04]") {
  pure_house house(quick());
  (void)dispute_in(house);
  house.wait(10s);
  CHECK(rules::health_of(house.facts()) == session_health::degraded);
}

TEST_CASE("scopes of different kinds meet in the registry's URIs", "[15.2.1.3-02][15.2.2-04][15.2.3-03]") {
  opening how;
  auto policy = *how.policy;
  policy.resource_registry = std::make_shared<const resource_registry>(
      std::vector<resource_mapping>{{"resource://p/train", {{"file_set", "train.yaml"}, {"entity_set", "training"}}},
                                    {"resource://p/eval", {{"file_set", "eval.yaml"}}}});
  how.policy = std::make_shared<const session_policy>(std::move(policy));
  pure_house house(how);
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[train.yaml]");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope={kind: entity_set, entities: [training]}");
  REQUIRE(house.facts().conflicts().size() == 1);
  CHECK(house.facts().conflicts().all().front()->severity.is(severity::medium)); // no guess
  // The registry knows them to be different: not even a guess.
  house.says("alice", "INTENT_ANNOUNCE intent_id=i3 scope=[eval.yaml]");
  CHECK(house.facts().conflicts().size() == 1);
}

TEST_CASE("where identities are checked, mixed kinds need URIs", "[15.2.2-01][15.2.2-02]") {
  session_origin origin;
  origin.id = session_id("s");
  auto policy = *default_policy();
  const auto profile = GENERATE(security_profile::open, security_profile::authenticated, security_profile::verified);
  policy.security_profile = profile;
  origin.policy = std::make_shared<const session_policy>(std::move(policy));
  session facts(std::move(origin));
  const auto asked = [&](const scope& wanted) {
    rules::draft out(facts, rules::cause_at(base::instant{}, "test"));
    return rules::unresolved_kind(wanted, message_id("m"), out);
  };
  CHECK_FALSE(asked(task_set({"t"}))); // nobody is there yet
  decision made;
  intent_record first;
  first.intent_id = intent_id("i1");
  first.scope = file_set({"a.py"});
  made.events.push_back(intent_registered{first});
  facts.absorb(made);
  CHECK_FALSE(asked(file_set({"b.py"})));
  CHECK(asked(task_set({"t"})).has_value() == (profile != security_profile::open));
  auto told = task_set({"t"});
  told.canonical_uris = {"resource://p/t"};
  CHECK_FALSE(asked(told));
}

TEST_CASE("a commit that says nothing of where it starts from is reported over somebody else's", "[17.5-01]") {
  pure_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "OP_COMMIT op_id=o1 target=x state_ref_before=r0 state_ref_after=r1");
  house.says("alice", "OP_COMMIT op_id=o2 target=x state_ref_after=r2"); // one's own
  CHECK(house.facts().conflicts().size() == 0);
  house.says("bob", "OP_COMMIT op_id=o3 target=x state_ref_after=r3");
  REQUIRE(house.facts().conflicts().size() == 1);
  const auto& found = *house.facts().conflicts().all().front();
  CHECK(found.category.is(conflict_category::concurrent_write));
  CHECK(found.related_ops == std::vector{op_id("o2"), op_id("o3")});
  house.says("alice", "OP_COMMIT op_id=o4 target=x state_ref_before=r3 state_ref_after=r4");
  CHECK(house.facts().conflicts().size() == 1);
}

TEST_CASE("phase 3 ends a conflict once, also when the operation it refuses was the last of its parties",
          "[18.6.2.1-11][17.8.1-13][17.9-01]") {
  session_policy policy;
  policy.governance.resolution_timeout = 10s;
  policy.governance.frozen_scope_phase_1 = 10s;
  policy.governance.frozen_scope_phase_2 = 20s;
  policy.governance.intent_expiry_grace = 300s;
  opening how;
  how.policy = std::make_shared<const session_policy>(policy);
  pure_house house(how);
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("alice", "OP_PROPOSE op_id=o1 intent_id=i1 target=a.py");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py]");
  house.says("bob", "OP_PROPOSE op_id=o2 intent_id=i2 target=a.py");
  house.says("bob", "CONFLICT_REPORT conflict_id=r1 related_intents=[i1, i2] related_ops=[o2] "
                    "category=semantic_goal_conflict severity=high basis={kind: model_inference} description=goals");
  house.wait(20s); // frozen
  house.says("alice", "INTENT_WITHDRAW intent_id=i1");
  house.says("bob", "INTENT_WITHDRAW intent_id=i2");
  REQUIRE(house.facts().conflicts().find(conflict_id("r1")));
  house.wait(40s);
  REQUIRE(house.facts().past_conflicts().find(conflict_id("r1")));
  CHECK(house.facts().past_conflicts().find(conflict_id("r1"))->state == conflict_state::closed);
  CHECK(house.facts().operation(op_id("o2"))->state == operation_state::rejected);
  std::size_t ends = 0;
  for (const auto& made : house.decisions())
    for (const auto& e : made.events)
      if (const auto* ended = std::get_if<conflict_ended>(&e))
        ends += ended->conflict_id == conflict_id("r1");
  CHECK(ends == 1);
}

TEST_CASE("an outcome that names one thing many times rejects it once") {
  pure_house house;
  const auto id = dispute_in(house);
  house.join("olga", "roles=[owner]");
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=a.py state_ref_before=r0 state_ref_after=r1");
  house.says("olga", "RESOLUTION resolution_id=r1 decision=rejected rationale=x conflict_id=" + id.str() +
                         " outcome={rejected: [o1, o1, i2, i2, o1], rollback: not_required}");
  REQUIRE(house.facts().past_conflicts().find(id));
  std::size_t contested = 0, ended = 0;
  for (const auto& e : house.decisions().back().events) {
    contested += std::holds_alternative<operation_contested>(e);
    ended += std::holds_alternative<intent_moved>(e);
  }
  CHECK(contested == 1);
  CHECK(ended == 1);
}

TEST_CASE("participants report only so many conflicts about one intent") {
  pure_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  const auto report = [&](int number) {
    house.says("bob", "CONFLICT_REPORT conflict_id=c" + std::to_string(number) +
                          " related_intents=[i1] category=semantic_goal_conflict severity=low "
                          "basis={kind: human_report} description=x");
  };
  for (int number = 0; number < 256; ++number)
    report(number);
  CHECK(house.facts().conflicts().size() == 256);
  report(256);
  CHECK(house.facts().conflicts().size() == 256);
  CHECK(house.decisions().back().cause.error == error_code::limit_reached);
}
