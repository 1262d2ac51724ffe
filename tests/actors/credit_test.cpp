// Every message that came in gives its credit back once, whatever became of it.
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

TEST_CASE("credit is given back for every message, be it accepted, refused or dropped", "[25.3-01]") {
  actor_house house;
  house.connect("alice");
  std::size_t sent = 0;
  const auto one_more = [&](const std::string& text) {
    house.send("alice", text);
    CHECK(house.out("alice").granted == ++sent);
  };
  one_more("this is no JSON");
  one_more(house.letter("alice", "HEARTBEAT")); // before HELLO
  one_more(house.letter("alice", "HELLO"));
  const auto twice = house.letter("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  one_more(twice);
  one_more(twice);                                  // silence: seen before
  one_more(house.letter("alice", "SOMETHING_NEW")); // silence: unknown type
  one_more(house.letter("alice", "INTENT_WITHDRAW intent_id=nobodys"));
  one_more(R"({"type":"FILE_LIST"})");
  one_more(house.letter("alice", "GOODBYE"));
  one_more(house.letter("alice", "HEARTBEAT")); // after GOODBYE
  CHECK(house.watch().silences == 2);
}

TEST_CASE("credit comes back before the journal has answered, so a slow disk does not stop reading", "[25.3-01]") {
  actor_house house;
  house.join("alice");
  house.engine().fails = true;
  const auto before = house.out("alice").granted;
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(house.out("alice").granted == before + 1);
}

TEST_CASE("who sends faster than allowed is refused, and only for as long as it does", "[23.4-02]") {
  actor_house house({.messages_per_sec = 1, .burst = 3});
  house.connect("alice");
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "SESSION_INFO"));
  house.says("alice", "HEARTBEAT");
  house.says("alice", "HEARTBEAT");
  CHECK(house.hears_nothing("alice"));
  house.says("alice", "HEARTBEAT");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=mpac_cluster.RATE_LIMITED"));
  house.wait(2s);
  house.says("alice", "HEARTBEAT");
  CHECK(house.hears_nothing("alice"));
  CHECK(house.out("alice").granted == 5);
}
