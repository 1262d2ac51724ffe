// A session that fails: who is told, what comes back, and what it does not touch.
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

TEST_CASE("a session that dies is reported and its clients are told to come back", "[supervision]") {
  actor_house house;
  house.join("alice", "one");
  house.connect_to("bob", "one"); // not in yet
  house.crash("one", "a mistake");
  REQUIRE(house.watch().failures.size() == 1);
  CHECK(house.watch().failures[0].session.str() == "one");
  CHECK(house.watch().failures[0].will_return);
  CHECK_FALSE(house.watch().failures[0].why.empty());
  CHECK(house.closed_with("alice") == 1011);
  CHECK(house.closed_with("bob") == 1011);
  CHECK_FALSE(house.session("one")); // made again only when somebody comes
}

TEST_CASE("a session that died is made again with a higher epoch", "[8.1.1.2-01]") {
  actor_house house;
  for (int epoch = 1; epoch < 4; ++epoch) {
    house.connect_to("alice", "one");
    house.says("alice", "HELLO");
    CHECK(house.hears("alice", "SESSION_INFO @coordinator_epoch=" + std::to_string(epoch)));
    INFO(house.why());
    house.crash("one");
    house.disconnect("alice");
  }
}

TEST_CASE("a session that fails too often stays away for a while", "[supervision]") {
  actor_house house;
  for (int i = 0; i <= actors::restarts; ++i) {
    house.connect_to("alice", "one");
    house.says("alice", "HELLO");
    REQUIRE(house.hears("alice", "SESSION_INFO"));
    house.crash("one");
    house.disconnect("alice");
    CHECK(house.watch().failures.back().will_return == (i < actors::restarts));
  }
  house.connect_to("alice", "one");
  CHECK(house.closed_with("alice") == 1013);
  CHECK(house.watch().dismissals == std::vector{actors::dismissal::session_unavailable});
  house.join("bob", "two"); // others come in as ever
  CHECK_FALSE(house.closed_with("bob"));

  house.wait(actors::restart_window + 1s);
  house.connect_to("alice", "one");
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "SESSION_INFO"));
}

TEST_CASE("whoever counts the sessions in use is told of each that fails, whether it may return or not",
          "[supervision][23.4-02]") {
  std::vector<std::string> told;
  actor_house house({.has_failed = [&](const protocol::session_id& id) { told.push_back(id.str()); }});
  for (int i = 1; i <= actors::restarts + 1; ++i) {
    house.connect_to("alice", "one");
    house.says("alice", "HELLO");
    REQUIRE(house.hears("alice", "SESSION_INFO"));
    house.crash("one");
    house.disconnect("alice");
    CHECK(told == std::vector<std::string>(static_cast<std::size_t>(i), "one"));
  }
  CHECK_FALSE(house.watch().failures.back().will_return);
}

TEST_CASE("failures far apart are forgiven", "[supervision]") {
  actor_house house;
  for (int i = 0; i < 3 * actors::restarts; ++i) {
    house.connect_to("alice", "one");
    house.says("alice", "HELLO");
    REQUIRE(house.hears("alice", "SESSION_INFO"));
    house.crash("one");
    house.disconnect("alice");
    CHECK(house.watch().failures.back().will_return);
    house.wait(30s);
  }
}

TEST_CASE("one session's failure does not touch another", "[supervision]") {
  actor_house house;
  house.join("alice", "one");
  house.join("bob", "two");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  (void)house.heard("bob");
  house.together([&] {
    house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
    house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  });
  house.crash("one");
  CHECK(house.hears("bob", "INTENT_ANNOUNCE intent_id=i2"));
  CHECK_FALSE(house.closed_with("bob"));
  house.says("bob", "INTENT_WITHDRAW intent_id=i1");
  CHECK(house.hears("bob", "INTENT_WITHDRAW"));
  house.look([](const protocol::session& facts) { CHECK(facts.intents().all().size() == 1); }, "two");
}

TEST_CASE("who enters at the moment a session dies is not left waiting", "[supervision]") {
  for (int steps = 0; steps < 8; ++steps) {
    actor_house house;
    house.join("alice", "one");
    const auto room = house.session("one");
    house.together([&] {
      house.connect_to("bob", "one");
      house.says("bob", "HELLO");
      for (int i = 0; i < steps; ++i)
        house.step();
      caf::anon_send(room, actors::inspect{[](const protocol::session&) { throw std::runtime_error("a mistake"); }});
    });
    INFO("after " << steps << " steps");
    CHECK(house.closed_with("alice") == 1011);
    // Either it got into the session made again, or it is told to come back.
    CHECK((house.closed_with("bob") == 1011 || house.out("bob").is_admitted));
  }
}

TEST_CASE("a dead session with an open conflict leaves nothing running", "[supervision]") {
  actor_house house;
  house.join("alice", "one", "roles=[owner]");
  house.join("bob", "one", "roles=[owner]");
  house.says("alice", "INTENT_ANNOUNCE intent_id=ia scope=[a.py]");
  house.says("bob", "INTENT_ANNOUNCE intent_id=ib scope=[a.py]");
  std::string conflict;
  house.look(
      [&](const protocol::session& facts) {
        REQUIRE(facts.conflicts().size() == 1);
        conflict = facts.conflicts().all().front()->conflict_id.str();
      },
      "one");
  const auto quiet = house.system().registry().running();
  house.says("alice", "CONFLICT_ACK ack_type=seen conflict_id=" + conflict);
  CHECK(house.system().registry().running() == quiet + 1); // the first who speaks of it opens its room
  const auto before = house.system().registry().running();
  house.crash("one");
  CHECK(house.system().registry().running() == before - 2); // the session and its conflict
}
