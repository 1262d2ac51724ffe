// Finding, making, listing, limiting and stopping sessions.
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;
using protocol::session_id;

namespace {

actors::creation create(actor_house& house, const std::string& id) {
  const auto answer = house.ask<actors::created>(actors::create_session{session_id(id), protocol::default_policy()});
  REQUIRE(answer);
  return answer->how;
}

std::vector<std::string> names(actor_house& house, const std::string& after = "", std::size_t limit = 100) {
  const auto page = house.ask<actors::session_list>(actors::list_sessions{session_id(after), limit});
  REQUIRE(page);
  std::vector<std::string> ids;
  for (const auto& row : page->rows)
    ids.push_back(row.session.str());
  return ids;
}

} // namespace

TEST_CASE("two connections to one id meet in one session, however close they come", "[registry]") {
  actor_house house;
  house.together([&] {
    for (const auto* who : {"alice", "bob"}) {
      house.connect(who);
      house.says(who, "HELLO");
    }
  });
  CHECK(house.watch().opened == 1);
  CHECK(house.hears("alice", "SESSION_INFO"));
  CHECK(house.hears("bob", "SESSION_INFO participant_count=2"));
}

TEST_CASE("sessions know nothing of each other", "[registry]") {
  actor_house house;
  house.join("alice", "one");
  house.join("bob", "two");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(house.hears("alice", "INTENT_ANNOUNCE"));
  CHECK(house.hears_nothing("bob"));
  house.says("bob", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]"); // neither a known id nor an overlap
  CHECK(house.hears("bob", "INTENT_ANNOUNCE"));
  CHECK(house.hears_nothing("bob"));
}

TEST_CASE("a session is made once, also when two ask at the same time", "[reload]") {
  actor_house house;
  CHECK(create(house, "plan") == actors::creation::made);
  CHECK(create(house, "plan") == actors::creation::exists);
  house.join("alice", "other");
  CHECK(create(house, "other") == actors::creation::exists);
  CHECK(house.watch().opened == 2);
}

TEST_CASE("a session that is parked exists", "[reload]") {
  actor_house house({.idle_unload = 60s});
  CHECK(create(house, "plan") == actors::creation::made);
  house.wait(61s);
  CHECK(house.watch().unloaded == 1);
  CHECK(create(house, "plan") == actors::creation::exists);
}

TEST_CASE("looking for a session finds it loaded or parked, and makes none", "[registry]") {
  actor_house house({.idle_unload = 60s});
  CHECK_FALSE(house.session("nowhere"));
  CHECK_FALSE(house.session("nowhere"));
  CHECK(names(house).empty());
  CHECK(create(house, "plan") == actors::creation::made);
  CHECK(house.session("plan"));
  house.wait(61s);
  CHECK(house.watch().unloaded == 1);
  CHECK(house.session("plan"));
  CHECK(house.watch().opened == 2);
}

TEST_CASE("looking for a session and entering it at once makes it", "[registry]") {
  actor_house house;
  house.together([&] {
    caf::scoped_actor asker(house.system());
    asker->send(house.registry(), session_id("talk"));
    house.connect("alice");
    house.says("alice", "HELLO");
  });
  CHECK(house.hears("alice", "SESSION_INFO"));
}

TEST_CASE("the list goes on after a name, page by page", "[registry]") {
  actor_house house;
  for (const auto* id : {"delta", "alpha", "charlie", "bravo"})
    CHECK(create(house, id) == actors::creation::made);
  CHECK(names(house) == std::vector<std::string>{"alpha", "bravo", "charlie", "delta"});
  CHECK(names(house, "", 2) == std::vector<std::string>{"alpha", "bravo"});
  CHECK(names(house, "bravo", 2) == std::vector<std::string>{"charlie", "delta"});
  CHECK(names(house, "delta").empty());
}

TEST_CASE("one session more than the limit is turned away and may be tried again", "[registry]") {
  actor_house house({.idle_unload = 60s, .sessions_limit = 2});
  house.join("alice", "one");
  house.join("bob", "two");
  house.connect_to("carol", "three");
  CHECK(house.closed_with("carol") == 1013);
  CHECK(house.watch().dismissals == std::vector{actors::dismissal::sessions_full});
  CHECK(create(house, "four") == actors::creation::full);
  // Who comes to a session that is there is let in.
  house.connect_to("dave", "two");
  house.says("dave", "HELLO");
  CHECK(house.hears("dave", "SESSION_INFO"));

  house.says("alice", "GOODBYE");
  house.disconnect("alice");
  house.wait(200s);
  REQUIRE(house.watch().unloaded == 1);
  house.connect_to("carol", "three");
  house.says("carol", "HELLO");
  CHECK(house.hears("carol", "SESSION_INFO session_id=three"));
}

TEST_CASE("a session that nobody may make turns its visitors away for good", "[registry]") {
  actor_house house;
  house.nobody_may_make("secret");
  house.connect_to("alice", "secret");
  house.says("alice", "HELLO");
  CHECK(house.closed_with("alice") == 4004);
  CHECK(house.out("alice").farewell->second.find("secret") != std::string::npos);
  CHECK(house.watch().dismissals == std::vector{actors::dismissal::no_such_session});
  CHECK(house.watch().opened == 0);
  house.disconnect("alice"); // and nothing is left of it
}

TEST_CASE("an operator closes a session: its people hear it, and nothing more is accepted", "[9.6.1-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob", "other");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  (void)house.heard("alice");
  house.close_session(protocol::close_reason::manual, protocol::close_disposition::withdraw_all);
  CHECK(house.kinds_heard("alice").find("SESSION_CLOSE") != std::string::npos);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=SESSION_CLOSED"));
  CHECK(house.hears_nothing("bob"));
  house.close_session(protocol::close_reason::manual,
                      protocol::close_disposition::withdraw_all); // a second time changes nothing
  CHECK(house.hears_nothing("alice"));
}

TEST_CASE("a new policy holds from the next decision on", "[reload]") {
  actor_house house;
  house.join("alice");
  auto quicker = *protocol::default_policy();
  quicker.liveness.heartbeat_interval = 5s;
  quicker.liveness.default_intent_ttl = 20s;
  house.change_policy(std::make_shared<const protocol::session_policy>(quicker));
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.wait(21s);
  house.look([](const protocol::session& facts) { CHECK(facts.intents().all().empty()); });
}

TEST_CASE("a change of configuration reaches every session that runs", "[reload]") {
  actor_house house;
  house.join("alice", "one");
  house.join("bob", "two");
  auto quicker = *protocol::default_policy();
  quicker.liveness.default_intent_ttl = 20s;
  const auto policy = std::make_shared<const protocol::session_policy>(quicker);
  caf::anon_send(house.registry(), actors::refresh_policies{[&](const session_id&) { return policy; }, {}});
  house.run();
  for (const auto* id : {"one", "two"})
    house.look([&](const protocol::session& facts) { CHECK(facts.policy() == quicker); }, id);
}

TEST_CASE("a hub that ends tells everybody and is answered when all have left", "[9.6.1-01]") {
  actor_house house;
  house.join("alice", "one");
  house.join("bob", "two");
  house.connect_to("carol", "two"); // connected, but not in
  CHECK(house.stop());
  for (const auto* who : {"alice", "bob"}) {
    CHECK(house.hears(who, "SESSION_CLOSE reason=coordinator_shutdown"));
    CHECK(house.closed_with(who) == 1001);
  }
  CHECK(house.hears_nothing("carol"));
  CHECK(house.closed_with("carol") == 1001);
}

TEST_CASE("a hub that comes back says so, and ends nothing", "[9.6.1-01]") {
  actor_house house;
  house.join("alice", "one");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  (void)house.heard("alice");
  CHECK(house.stop(false));
  CHECK(house.hears_nothing("alice"));
  CHECK(house.closed_with("alice") == 1012);
}

TEST_CASE("an empty hub stops at once", "[9.6.1-01]") {
  actor_house house;
  CHECK(house.stop());
}

TEST_CASE("a hub stops only when what it has decided is kept", "[journal]") {
  actor_house house;
  house.join("alice", "one");
  house.engine().fails = true;
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  caf::scoped_actor asker(house.system());
  auto pending = asker->request(house.registry(), caf::infinite, actors::stop_all{true});
  house.run();
  CHECK_FALSE(asker->has_next_message());
  CHECK_FALSE(house.closed_with("alice"));
  house.engine().fails = false;
  house.wait(1s);
  CHECK(asker->has_next_message());
  pending.receive([](bool) {}, [](const caf::error&) { FAIL("refused"); });
  CHECK(house.kinds_heard("alice").find("INTENT_ANNOUNCE") == 0);
  CHECK(house.closed_with("alice") == 1001);
}

TEST_CASE("a hub that stops while sessions come, go and rest is still answered", "[9.6.1-01]") {
  for (int steps = 0; steps < 16; ++steps) { // at every moment
    actor_house house({.idle_unload = 60s});
    CHECK(create(house, "resting") == actors::creation::made);
    house.join("alice", "busy");
    caf::scoped_actor asker(house.system());
    std::optional<decltype(asker->request(house.registry(), caf::infinite, actors::stop_all{}))> pending;
    house.together([&] {
      caf::anon_send(house.registry(), actors::is_idle{session_id("resting")});
      house.connect_to("bob", "new");
      house.says("bob", "HELLO");
      for (int i = 0; i < steps; ++i)
        house.step();
      pending.emplace(asker->request(house.registry(), caf::infinite, actors::stop_all{}));
    });
    INFO("after " << steps << " steps");
    REQUIRE(asker->has_next_message());
    pending->receive([](bool) {}, [](const caf::error&) { FAIL("refused"); });
    CHECK(house.closed_with("alice") == 1001);
    CHECK(house.closed_with("bob").value_or(1001) != 4004); // coming back does help
  }
}
