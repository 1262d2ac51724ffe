// What happens because time passes: one timer a session, by virtual time.
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

TEST_CASE("the coordinator says that it lives at every heartbeat interval", "[14.6-01]") {
  actor_house house;
  house.join("alice");
  house.wait(29s);
  house.pong("alice");
  CHECK(house.hears_nothing("alice"));
  house.wait(1s);
  CHECK(house.hears("alice", "COORDINATOR_STATUS event=heartbeat session_health=healthy active_participants=1"));
  for (int i = 0; i < 4; ++i) {
    house.wait(30s);
    house.pong("alice");
    CHECK(house.hears("alice", "COORDINATOR_STATUS event=heartbeat"));
    CHECK(house.hears_nothing("alice"));
  }
}

TEST_CASE("a deadline is kept to the instant, however long nothing happens", "[14.6-01]") {
  actor_house house;
  house.join("alice");
  const auto start = house.now();
  house.wait(30s);
  const auto frames = house.heard("alice");
  REQUIRE(frames.size() == 1);
  CHECK(text_at(frames.front(), "ts") == base::to_rfc3339(start + 30s));
}

TEST_CASE("a pong is a sign of life, a silent person is unavailable", "[14.7.1-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  for (int i = 0; i < 9; ++i) {
    house.wait(10s);
    house.pong("bob");
  }
  house.wait(10s);
  house.pong("bob");
  const auto available = [&](const char* who) {
    bool is = false;
    house.look(
        [&](const protocol::session& facts) { is = facts.people().find(protocol::principal_id(who))->is_available; });
    return is;
  };
  CHECK_FALSE(available("alice"));
  CHECK(available("bob"));
  house.wait(6s); // a pong is passed on at most every few seconds
  house.pong("alice");
  CHECK(available("alice"));
}

TEST_CASE("an intent expires when its time to live is over", "[15.7-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=short scope=[a.py] ttl_sec=20");
  house.says("alice", "INTENT_ANNOUNCE intent_id=long scope=[b.py] ttl_sec=50");
  const auto live = [&] {
    std::size_t count = 0;
    house.look([&](const protocol::session& facts) { count = facts.intents().all().size(); });
    return count;
  };
  house.wait(19s);
  CHECK(live() == 2);
  house.wait(2s);
  CHECK(live() == 1);
  house.wait(30s);
  CHECK(live() == 0);
}

TEST_CASE("an intent that ends early leaves no deadline behind that would wake anybody", "[15.7-01]") {
  actor_house house;
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] ttl_sec=10");
  house.says("alice", "INTENT_WITHDRAW intent_id=i1");
  (void)house.heard("alice");
  const auto decisions = house.watch().decisions;
  house.wait(20s);
  CHECK(house.watch().decisions == decisions);
  CHECK(house.hears_nothing("alice"));
}
