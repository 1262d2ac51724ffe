// Operations that a dispute is about outlive the session's memory of what is over (SPEC 18.4, 18.6.2.1).
#include "protocol/session_image.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

TEST_CASE("what an open conflict is about is remembered until it is settled, in images too", "[18.4-03][18.6.2.1-11]") {
  auto policy = *protocol::default_policy();
  policy.governance.resolution_timeout = policy.governance.frozen_scope_phase_1 = 10s;
  policy.governance.frozen_scope_phase_2 = 20s;
  policy.liveness.heartbeat_interval = 80s;
  opening how;
  how.policy = std::make_shared<const protocol::session_policy>(policy);
  pure_house house(how);
  house.join("alice");
  house.join("bob");
  house.join("olga", "roles=[owner]");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py]");
  house.says("bob", "OP_COMMIT op_id=early intent_id=i2 target=a.py state_ref_before=r0 state_ref_after=r1");
  for (std::size_t i = 0; i < protocol::history_limit + 10; ++i)
    house.says("alice", "OP_COMMIT op_id=o" + std::to_string(i) + " target=t");
  const auto early = protocol::op_id("early");
  REQUIRE(house.facts().operation(early));
  CHECK(house.facts().past_operations().held() == 1);
  CHECK(house.facts().past_operations().size() == protocol::history_limit + 1);
  const protocol::session again(house.facts().image());
  REQUIRE(again.operation(early));
  CHECK(again.past_operations().held() == 1);
  CHECK(again.past_operations().size() == protocol::history_limit + 1);
  SECTION("a resolution knows that it was committed, and its author hears of it") {
    const auto conflict = house.facts().conflicts().all().front()->conflict_id.str();
    const auto says = "RESOLUTION resolution_id=r1 conflict_id=" + conflict + " decision=rejected outcome=";
    house.says("olga", says + "{rejected: [early]}");
    CHECK(house.decisions().back().cause.error == protocol::error_code::malformed_message);
    (void)house.heard("bob");
    house.says("olga", says + "{rejected: [early], rollback: take-it-back}");
    CHECK(house.hears("bob", "RESOLUTION resolution_id=r1"));
    CHECK(house.hears("bob", "OP_REJECT op_id=early reason=resolution_rejected"));
    CHECK_FALSE(house.facts().operation(early));
    CHECK(house.facts().past_operations().size() == protocol::history_limit);
  }
  SECTION("phase 3 knows who committed first") {
    house.says("alice", "OP_COMMIT op_id=late intent_id=i1 target=a.py state_ref_before=r1 state_ref_after=r2");
    house.wait(20s);
    (void)house.heard("olga");
    house.wait(20s);
    const bool is_settled =
        house.hears("olga", "RESOLUTION decision=policy_override outcome={accepted: [early], rejected: [late]}");
    INFO(house.why());
    CHECK(is_settled);
  }
  SECTION("its id may be used anew") {
    house.says("bob", "OP_COMMIT op_id=early intent_id=i2 target=a.py state_ref_before=r1 state_ref_after=r2");
    CHECK_FALSE(house.decisions().back().cause.error);
    CHECK(house.facts().operation(early)->state_ref_after == "r2");
    CHECK(house.facts().past_operations().held() == 0);
  }
}
