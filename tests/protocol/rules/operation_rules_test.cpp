// What a session remembers of operations beyond what is heard of them (SPEC 16).
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac::tests;
using namespace mpac::protocol;

namespace {

const operation_record& remembered(const pure_house& house, const char* id) {
  const auto* found = house.facts().operation(op_id(id));
  REQUIRE(found);
  return *found;
}

} // namespace

TEST_CASE("a commit is remembered with its sender and its state", "[7.2-01][16.7-01][16.1-02]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=a.py state_ref_before=r0 state_ref_after=r1");
  const auto& made = remembered(house, "o1");
  CHECK(made.principal_id.str() == "alice");
  CHECK(made.state == operation_state::committed);
  CHECK(made.state_ref_after == "r1");
  CHECK_FALSE(made.uncoordinated);
  CHECK_FALSE(made.outside_scope);
}

TEST_CASE("commits without a live intent and outside their scope are flagged", "[16.9-01]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "OP_COMMIT op_id=o1 target=a.py");
  CHECK(remembered(house, "o1").uncoordinated);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("alice", "OP_COMMIT op_id=o2 intent_id=i1 target=elsewhere.py");
  CHECK(remembered(house, "o2").outside_scope);
  CHECK_FALSE(remembered(house, "o2").uncoordinated);
}

TEST_CASE("committed operations survive the end of their intent", "[15.7-07]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=a.py");
  house.says("alice", "INTENT_WITHDRAW intent_id=i1");
  CHECK(remembered(house, "o1").state == operation_state::committed);
}

TEST_CASE("what is proposed is pending, and remembered as its end left it", "[16.6.1-01][16.1-02][16.6.1-17]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("alice", "OP_PROPOSE op_id=o1 intent_id=i1 target=elsewhere.py");
  CHECK(remembered(house, "o1").state == operation_state::proposed);
  CHECK(remembered(house, "o1").outside_scope);
  CHECK(house.facts().proposals().size() == 1);
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=elsewhere.py state_ref_before=r0 state_ref_after=r1");
  CHECK(house.facts().proposals().size() == 0);
  CHECK(remembered(house, "o1").state == operation_state::committed);
  CHECK(remembered(house, "o1").state_ref_after == "r1");
  CHECK(remembered(house, "o1").outside_scope);
  CHECK(house.facts().totals().operations == 1);
  CHECK(house.facts().totals().committed_operations == 1);
}

TEST_CASE("who has too much pending is refused more", "[22.1-01]") {
  pure_house house;
  house.join("alice");
  for (int i = 0; i < 1024; ++i)
    house.says("alice", "OP_PROPOSE op_id=o" + std::to_string(i) + " target=a.py");
  (void)house.heard("alice");
  house.says("alice", "OP_PROPOSE op_id=one-more target=a.py");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=mpac_cluster.LIMIT_REACHED"));
  CHECK(house.facts().proposals().size() == 1024);
}

TEST_CASE("a superseded operation and the one in its place know each other", "[16.5-02][16.5-03]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "OP_COMMIT op_id=o1 target=a.py state_ref_before=r0 state_ref_after=r1");
  house.says("alice", "OP_SUPERSEDE op_id=o2 supersedes_op_id=o1 target=a.py");
  CHECK(remembered(house, "o1").state == operation_state::superseded);
  CHECK(remembered(house, "o1").superseded_by == op_id("o2"));
  CHECK(remembered(house, "o2").state == operation_state::proposed);
  CHECK(remembered(house, "o2").supersedes == op_id("o1"));
  CHECK(remembered(house, "o2").state_ref_before == "r1");
}

TEST_CASE("the entries of a batch are remembered one by one under their one intent", "[16.8-12][16.8-09][16.6.1-13]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a, b]");
  house.says("alice",
             "OP_BATCH_COMMIT batch_id=b1 operations=[{op_id: o1, intent_id: i1, target: a, op_kind: replace}, "
             "{op_id: o2, target: b, op_kind: replace}]");
  for (const auto* id : {"o1", "o2"}) {
    CHECK(remembered(house, id).batch_id == op_id("b1"));
    CHECK(remembered(house, id).intent_id == intent_id("i1"));
    CHECK(remembered(house, id).state == operation_state::committed);
  }
}

TEST_CASE("a refused batch of all_or_nothing registers nothing", "[16.8-02][16.8-03]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "OP_COMMIT op_id=o0 target=b state_ref_after=s1");
  house.says("alice", "OP_BATCH_COMMIT batch_id=b1 operations=[{op_id: o1, target: a, op_kind: replace}, "
                      "{op_id: o2, target: b, op_kind: replace, state_ref_before: s0}]");
  CHECK(house.facts().operation(op_id("o1")) == nullptr);
  CHECK(house.facts().totals().operations == 1);
  CHECK(house.decisions().back().events.empty());
}

TEST_CASE("a committed operation that a resolution rejects stays COMMITTED, contested", "[18.4-06]") {
  pure_house house;
  house.join("alice");
  house.join("olga", "roles=[owner]");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("olga", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py]");
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=a.py");
  const auto conflict = house.facts().conflicts().all().front()->conflict_id.str();
  house.says("olga", "RESOLUTION conflict_id=" + conflict +
                         " decision=rejected outcome={rejected: [o1], rollback: not_required}");
  CHECK(remembered(house, "o1").contested);
  CHECK(remembered(house, "o1").state == operation_state::committed);
  const auto* past = house.facts().past_conflicts().find(conflict_id(conflict));
  REQUIRE(past);
  CHECK(past->state == conflict_state::closed);
  CHECK(past->resolved_by == principal_id("olga"));
  CHECK(past->decision == "rejected");
}

TEST_CASE("superseding does not get round how many operations may be pending") {
  pure_house house;
  house.join("alice");
  const auto supersede_one = [&](int number) {
    const auto id = std::to_string(number);
    house.says("alice", "OP_COMMIT op_id=o" + id + " target=t" + id + " state_ref_before=r0 state_ref_after=r1");
    house.says("alice", "OP_SUPERSEDE op_id=s" + id + " supersedes_op_id=o" + id + " target=t" + id);
  };
  for (int number = 0; number < 1024; ++number)
    supersede_one(number);
  CHECK(house.facts().proposals().size() == 1024);
  supersede_one(1024);
  CHECK(house.facts().proposals().size() == 1024);
  CHECK(house.decisions().back().cause.error == error_code::limit_reached);
}
