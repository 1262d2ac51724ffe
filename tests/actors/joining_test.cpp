// Coming in and going out: HELLO, takeover, GOODBYE, lines that break at a bad moment.
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

std::size_t seated(actor_house& house, const std::string& session = "talk") {
  std::size_t seats = 0;
  if (!house.session(session)) // nobody has entered it, so it is gone with its last connection
    return 0;
  house.look([&](const protocol::session& facts) { seats = facts.people().seated(); }, session);
  return seats;
}

} // namespace

TEST_CASE("the first frame after HELLO is SESSION_INFO", "[14.1-01][14.2-01]") {
  actor_house house;
  house.connect("alice");
  house.says("alice", "HELLO roles=[owner]");
  CHECK(house.hears("alice", "SESSION_INFO session_id=talk granted_roles=[owner] @coordinator_epoch=1"));
  INFO(house.why());
  CHECK(house.hears_nothing("alice"));
  CHECK(house.out("alice").is_admitted);
  CHECK(seated(house) == 1);
}

TEST_CASE("an accepted message comes back to its sender and to all others, in one order", "[7.7-01]") {
  actor_house house;
  for (const auto* who : {"alice", "bob", "carol"})
    house.join(who);
  for (int i = 0; i < 20; ++i)
    house.says(i % 2 ? "alice" : "bob",
               "INTENT_ANNOUNCE intent_id=i" + std::to_string(i) + " scope=[f" + std::to_string(i) + ".py]");
  const auto order_of = [&](const std::string& who) {
    std::vector<std::string> ids;
    for (const auto& frame : house.heard(who))
      if (text_at(frame, "message_type") == "INTENT_ANNOUNCE")
        ids.push_back(text_at(frame, "payload.intent_id"));
    return ids;
  };
  const auto alice = order_of("alice");
  REQUIRE(alice.size() == 20);
  CHECK(order_of("bob") == alice);
  CHECK(order_of("carol") == alice);
}

TEST_CASE("letters that come in the same read as HELLO wait until it is judged", "[14.1-01]") {
  actor_house house;
  house.connect("alice");
  house.says_at_once("alice", {"HELLO", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]", "HEARTBEAT",
                               "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]"});
  CHECK(house.kinds_heard("alice") == "SESSION_INFO INTENT_ANNOUNCE INTENT_ANNOUNCE");
  CHECK(house.out("alice").granted == 4);
}

TEST_CASE("letters sent before the session is known wait for it in their order", "[14.1-01]") {
  actor_house house;
  house.together([&] {
    house.connect("alice"); // nothing has run: neither the registry nor the journal has been asked
    house.says("alice", "HELLO");
    house.says_at_once("alice", {"INTENT_ANNOUNCE intent_id=i1 scope=[a.py]", "GOODBYE"});
  });
  CHECK(house.kinds_heard("alice") == "SESSION_INFO INTENT_ANNOUNCE GOODBYE");
  CHECK(house.out("alice").granted == 3);
}

TEST_CASE("whatever comes behind a HELLO that is refused is refused too, and the seat stays usable", "[14.1-02]") {
  actor_house house;
  house.open([] {
    opening how;
    how.limits.participants = 1;
    return how;
  }());
  house.join("alice");
  house.connect("bob");
  house.says_at_once("bob", {"HELLO", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]"});
  CHECK(house.kinds_heard("bob") == "PROTOCOL_ERROR PROTOCOL_ERROR");
  CHECK_FALSE(house.out("bob").is_admitted);
  CHECK(house.out("bob").granted == 2);
  CHECK(house.hears_nothing("alice"));
}

TEST_CASE("a message before HELLO is refused at the door", "[14.1-02]") {
  actor_house house;
  house.connect("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=INVALID_REFERENCE"));
  CHECK(house.out("alice").granted == 1);
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "SESSION_INFO"));
}

TEST_CASE("who joins hears nothing of what was decided before", "[14.2-01]") {
  actor_house house;
  house.join("alice");
  house.together([&] {
    house.says("alice", "INTENT_ANNOUNCE intent_id=before scope=[a.py]");
    house.connect("bob");
    house.says("bob", "HELLO");
  });
  house.says("alice", "INTENT_ANNOUNCE intent_id=after scope=[b.py]");
  CHECK(house.hears("bob", "SESSION_INFO"));
  CHECK(house.hears("bob", "INTENT_ANNOUNCE intent_id=after"));
  CHECK(house.hears_nothing("bob"));
}

TEST_CASE("a takeover closes the older seat, and only the newer one hears", "[takeover]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.connect("alice/2");
  house.says("alice/2", "HELLO");
  CHECK(house.hears("alice/2", "SESSION_INFO"));
  CHECK(house.closed_with("alice") == 4009);
  CHECK(house.out("alice").farewell->first == actors::farewell::replaced);

  house.says("bob", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(house.hears("alice/2", "INTENT_ANNOUNCE intent_id=i1"));
  CHECK(house.hears_nothing("alice"));

  // The older connection ends only now, and that changes nothing for the newer.
  house.disconnect("alice");
  CHECK(seated(house) == 2);
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  CHECK(house.hears("alice/2", "INTENT_ANNOUNCE intent_id=i2"));
}

TEST_CASE("the older seat of a takeover hears what was decided while it sat there", "[takeover]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.together([&] {
    house.says("bob", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
    house.connect("alice/2");
    house.says("alice/2", "HELLO");
  });
  CHECK(house.hears("alice", "INTENT_ANNOUNCE intent_id=i1"));
  CHECK(house.hears_nothing("alice"));
  CHECK(house.closed_with("alice") == 4009);
  CHECK(house.hears("alice/2", "SESSION_INFO"));
  CHECK(house.hears_nothing("alice/2"));
}

TEST_CASE("a replaced seat is closed though the session never comes to rest", "[takeover]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.connect("alice/2");
  int said = 0;
  house.together([&] {
    house.says("alice/2", "HELLO");
    // Somebody always has something to say before the journal has answered.
    for (int i = 0; i < 400 && !house.out("alice").farewell; ++i) {
      ++said;
      house.says_at_once("bob", {"INTENT_ANNOUNCE intent_id=i" + std::to_string(said) + " scope=[a.py]"});
      for (int steps = 0; steps < 4; ++steps)
        house.step();
    }
  });
  CHECK(house.out("alice").farewell);
  CHECK(said < 100);
}

TEST_CASE("a second HELLO of the same seat is answered and the seat goes on hearing", "[14.2-01]") {
  actor_house house;
  house.join("alice");
  house.says("alice", "HELLO roles=[owner]");
  CHECK(house.hears("alice", "SESSION_INFO granted_roles=[owner]"));
  CHECK_FALSE(house.closed_with("alice"));
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(house.hears("alice", "INTENT_ANNOUNCE"));
}

TEST_CASE("GOODBYE is the last that its sender hears", "[14.4-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "GOODBYE");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(house.kinds_heard("alice") == "GOODBYE");
  CHECK(house.kinds_heard("bob") == "GOODBYE INTENT_ANNOUNCE");

  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=INVALID_REFERENCE"));
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "SESSION_INFO"));
}

TEST_CASE("GOODBYE and HELLO in one read leave and join again", "[14.4-01]") {
  actor_house house;
  house.join("alice");
  house.says_at_once("alice", {"GOODBYE", "HELLO", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]"});
  CHECK(house.kinds_heard("alice") == "GOODBYE SESSION_INFO INTENT_ANNOUNCE");
}

TEST_CASE("a connection that is gone before the registry answered leaves no seat behind", "[seats]") {
  actor_house house;
  house.together([&] {
    house.connect("ghost");
    house.says("ghost", "HELLO");
    house.disconnect("ghost");
  });
  CHECK(house.heard("ghost").empty());
  CHECK(house.out("ghost").deliveries == 0);
  CHECK(seated(house) == 0);
  house.join("alice");
  CHECK(seated(house) == 1);
}

TEST_CASE("a connection that breaks while its HELLO is on the way leaves no seat behind", "[seats]") {
  for (int steps = 0; steps < 12; ++steps) { // at every moment of the way
    actor_house house;
    house.connect("ghost");
    house.together([&] {
      house.says("ghost", "HELLO");
      for (int i = 0; i < steps; ++i)
        house.step();
      house.disconnect("ghost");
    });
    CHECK(seated(house) == 0);
  }
}

TEST_CASE("a broken connection makes its person unavailable in time, and a return makes up for it",
          "[14.7.1-01][14.7.2-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] ttl_sec=3600");
  (void)house.heard("bob");
  house.disconnect("alice");
  for (int i = 0; i < 10; ++i) { // bob lives
    house.wait(15s);
    house.pong("bob");
  }
  const auto heard = house.kinds_heard("bob");
  CHECK(heard.find("PROTOCOL_ERROR") != std::string::npos); // PARTICIPANT_UNAVAILABLE
  house.look([](const protocol::session& facts) {
    CHECK_FALSE(facts.people().find(protocol::principal_id("alice"))->is_available);
    CHECK(facts.people().find(protocol::principal_id("bob"))->is_available);
  });

  house.connect("alice");
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "SESSION_INFO"));
  house.look([](const protocol::session& facts) {
    CHECK(facts.people().find(protocol::principal_id("alice"))->is_available);
  });
}
