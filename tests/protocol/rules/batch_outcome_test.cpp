// What is told, counted and remembered of batches that were refused, whole or in part (SPEC 16.8).
#include "tests/support/catch.hpp"
#include "tests/support/guarded_house.hpp"

using namespace mpac::tests;
using namespace mpac::protocol;

namespace {

/// Bob's entry o2 is stale: alice has moved its target.
void disagree(pure_house& house) {
  house.join("alice");
  house.join("bob");
  house.says("alice", "OP_COMMIT op_id=o0 target=b state_ref_before=s0 state_ref_after=s1");
  (void)house.heard("alice");
  (void)house.heard("bob");
}

constexpr auto half_stale = "OP_BATCH_COMMIT batch_id=b1 atomicity=best_effort "
                            "operations=[{op_id: o1, target: a, op_kind: replace, state_ref_before: r0}, "
                            "{op_id: o2, target: b, op_kind: replace, state_ref_before: s0}]";
constexpr auto all_stale = "OP_BATCH_COMMIT batch_id=b2 atomicity=best_effort "
                           "operations=[{op_id: o3, target: b, op_kind: replace, state_ref_before: s0}]";

} // namespace

TEST_CASE("everybody learns which entries of a best_effort batch were refused", "[16.8-07][16.8-14]") {
  pure_house house;
  disagree(house);
  house.says("bob", half_stale);
  CHECK(house.hears("alice", "OP_BATCH_COMMIT batch_id=b1 rejected_ops=[o2]"));
  CHECK(house.hears_nothing("alice")); // OP_REJECT is for the sender: others would take it for theirs
  CHECK(house.hears("bob", "OP_BATCH_COMMIT batch_id=b1 rejected_ops=[o2]"));
  CHECK(house.hears("bob", "OP_REJECT op_id=o2"));
}

TEST_CASE("a batch that was accepted whole is relayed as it came", "[16.8-07]") {
  pure_house house;
  disagree(house);
  house.says("bob",
             "OP_BATCH_COMMIT batch_id=b1 atomicity=best_effort operations=[{op_id: o1, target: a, op_kind: x}]");
  CHECK(house.hears("alice", "OP_BATCH_COMMIT batch_id=b1 rejected_ops=-"));
}

TEST_CASE("refused entries are remembered as REJECTED and count in the summary", "[9.6.2-03][16.8-07]") {
  pure_house house;
  disagree(house);
  house.says("bob", half_stale);
  house.says("bob", all_stale);
  REQUIRE(house.facts().operation(op_id("o2")));
  CHECK(house.facts().operation(op_id("o2"))->state == operation_state::rejected);
  CHECK(house.facts().operation(op_id("o1"))->state == operation_state::committed);
  CHECK(house.facts().totals().operations == 4);
  CHECK(house.facts().totals().committed_operations == 2);
  CHECK(house.facts().totals().rejected_operations == 2);
  CHECK(*house.facts().target_ref("b") == "s1");
}

TEST_CASE("a refused entry does not take the place of an operation that happened", "[16.8-12]") {
  pure_house house;
  disagree(house);
  house.says("bob", "OP_COMMIT op_id=o3 target=c state_ref_before=t0 state_ref_after=t1");
  house.says("bob", all_stale); // its entry is called o3, too
  CHECK(house.facts().operation(op_id("o3"))->target == "c");
  CHECK(house.facts().totals().rejected_operations == 0);
}

TEST_CASE("a batch of which nothing came is a refused message", "[16.8-03]") {
  pure_house house;
  disagree(house);
  for (const auto* batch : {all_stale, "OP_BATCH_COMMIT batch_id=b4 operations=[{op_id: o4, target: b, op_kind: x, "
                                       "state_ref_before: s0}]"}) {
    house.says("bob", batch);
    CHECK(house.decisions().back().cause.outcome == "refused");
  }
  CHECK_FALSE(house.facts().operation(op_id("o4"))); // all_or_nothing registers nothing
  house.says("bob", "OP_BATCH_COMMIT batch_id=b5 operations=[{op_id: o5, target: a, op_kind: x}]");
  CHECK(house.decisions().back().cause.outcome == "accepted");
}

TEST_CASE("a contested operation that two entries of a batch undo is superseded once", "[16.6.1-12][16.6.1-16]") {
  pure_house house;
  house.join("alice");
  house.join("rita", "roles=[reviewer]");
  house.says("alice", "OP_COMMIT op_id=o1 target=a state_ref_before=r0 state_ref_after=r1");
  house.says("rita", "OP_REJECT op_id=o1 reason=no");
  REQUIRE(house.facts().contested().size() == 1);
  house.says("alice", "OP_BATCH_COMMIT batch_id=b1 operations=["
                      "{op_id: o2, target: a, op_kind: replace, state_ref_before: r1, state_ref_after: r0}, "
                      "{op_id: o3, target: a, op_kind: replace, state_ref_before: r0, state_ref_after: r0}]");
  std::size_t times = 0;
  for (const auto& e : house.decisions().back().events)
    if (const auto* moved = std::get_if<operation_moved>(&e))
      times += moved->op_id == op_id("o1");
  CHECK(times == 1);
  CHECK(house.facts().operation(op_id("o1"))->superseded_by == op_id("o2"));
}

TEST_CASE("a long reference is not said again for each entry that missed it", "[16.8-07][7.5-01]") {
  pure_house house;
  house.join("alice");
  std::string batch = "OP_BATCH_COMMIT batch_id=b1 atomicity=best_effort operations=[{op_id: o0, target: t, "
                      "op_kind: replace, state_ref_after: " +
                      std::string(100'000, 'x') + "}";
  for (int entry = 1; entry <= 100; ++entry)
    batch += ", {op_id: o" + std::to_string(entry) + ", target: t, op_kind: replace, state_ref_before: y}";
  house.says("alice", batch + "]");
  std::size_t told = 0;
  for (const auto& notice : house.decisions().back().notices)
    if (notice.whose == voice::coordinator)
      told += notice.frame->payload().size();
  CHECK(told < 200'000);
}

TEST_CASE("an entry that bears another's id has nobody believe that the other's was refused", "[16.8-07]") {
  guarded_house house(security_profile::verified, [](mpac::protocol::session_policy& policy) {
    policy.execution_model = execution_model::pre_commit;
    policy.compliance_profile = compliance_profile::governance;
  });
  house.come_in("alice");
  house.come_in("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  house.says("alice", "OP_PROPOSE op_id=o1 intent_id=i1 target=a.py");
  (void)house.heard("alice");
  (void)house.heard("bob");
  house.says("bob", "OP_BATCH_COMMIT batch_id=b1 intent_id=i2 atomicity=best_effort "
                    "operations=[{op_id: o1, target: b.py, op_kind: replace}, "
                    "{op_id: o2, target: b.py, op_kind: replace}]");
  CHECK(house.hears("alice", "OP_BATCH_COMMIT batch_id=b1"));
  CHECK(house.hears("alice", "OP_REJECT op_id=b1 rejected_ops=[o1]"));
  CHECK(house.hears_nothing("alice"));
  CHECK(house.hears("bob", "OP_BATCH_COMMIT batch_id=b1"));
  CHECK(house.kinds_heard("bob").find("OP_REJECT") != std::string::npos);
  CHECK(house.facts().operation(op_id("o1"))->state == operation_state::proposed);
}
