// A dispute in its own room and back: consultations, rulings, two who decide at once.
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

/// Two owners who want the same file, and the conflict's id in $c.
struct dispute_between_owners {
  dispute_between_owners() {
    house.join("alice", "talk", "roles=[owner]");
    house.join("bob", "talk", "roles=[owner]");
    house.join("carol");
    house.says("alice", "INTENT_ANNOUNCE intent_id=ia scope=[main.py] ttl_sec=3600");
    house.says("bob", "INTENT_ANNOUNCE intent_id=ib scope=[main.py] ttl_sec=3600");
    for (const auto* who : {"alice", "bob", "carol"})
      for (const auto& frame : house.heard(who))
        if (text_at(frame, "message_type") == "CONFLICT_REPORT") {
          conflict = text_at(frame, "payload.conflict_id");
          ++reports;
        }
    house.names()["$c"] = "\"" + conflict + "\"";
  }

  actor_house house;
  std::string conflict;
  int reports = 0;
};

std::size_t open_conflicts(actor_house& house) {
  std::size_t count = 0;
  house.look([&](const protocol::session& facts) { count = facts.conflicts().size(); });
  return count;
}

} // namespace

TEST_CASE("overlapping intents become a conflict that its room settles", "[17.1-01][18.4-01]") {
  dispute_between_owners scene;
  auto& house = scene.house;
  REQUIRE_FALSE(scene.conflict.empty());
  CHECK(scene.reports >= 2);
  CHECK(open_conflicts(house) == 1);

  house.says("bob", "CONFLICT_ACK conflict_id=$c");
  CHECK(house.hears("alice", "CONFLICT_ACK conflict_id=$c"));
  INFO(house.why());
  house.says("alice", "RESOLUTION resolution_id=r1 conflict_id=$c decision=approved");
  CHECK(house.hears("carol", "CONFLICT_ACK"));
  CHECK(house.hears("carol", "RESOLUTION resolution_id=r1"));
  CHECK(open_conflicts(house) == 0);
}

TEST_CASE("what comes together is told together, though a conflict deliberates in between", "[7.7-02]") {
  dispute_between_owners scene;
  auto& house = scene.house;
  const auto before = house.out("carol").deliveries;
  house.says_at_once("bob", {"INTENT_ANNOUNCE intent_id=ic scope=[c.py]", "CONFLICT_ACK conflict_id=$c",
                             "INTENT_ANNOUNCE intent_id=id scope=[d.py]"});
  CHECK(house.out("carol").deliveries == before + 1);
  CHECK(house.kinds_heard("carol") == "INTENT_ANNOUNCE CONFLICT_ACK INTENT_ANNOUNCE");
}

TEST_CASE("of two resolutions that race the first wins and the second is refused", "[18.4-09]") {
  dispute_between_owners scene;
  auto& house = scene.house;
  house.together([&] {
    house.says("alice", "RESOLUTION resolution_id=first conflict_id=$c decision=approved");
    house.says("bob", "RESOLUTION resolution_id=second conflict_id=$c decision=rejected");
  });
  CHECK(house.hears("alice", "RESOLUTION resolution_id=first"));
  CHECK(house.hears_nothing("alice"));
  CHECK(house.hears("bob", "RESOLUTION resolution_id=first"));
  CHECK(house.hears("bob", "PROTOCOL_ERROR"));
  CHECK(house.hears_nothing("bob"));
  CHECK(house.kinds_heard("carol") == "RESOLUTION");
  CHECK(open_conflicts(house) == 0);
}

TEST_CASE("a resolution races a withdrawal and the session goes on whoever wins", "[18.4-09]") {
  for (const bool resolution_first : {true, false}) {
    dispute_between_owners scene;
    auto& house = scene.house;
    house.together([&] {
      if (resolution_first)
        house.says("bob", "RESOLUTION resolution_id=r conflict_id=$c decision=approved");
      house.says("alice", "INTENT_WITHDRAW intent_id=ia");
      if (!resolution_first)
        house.says("bob", "RESOLUTION resolution_id=r conflict_id=$c decision=approved");
    });
    (void)house.heard("bob");
    (void)house.heard("carol");
    house.says("carol", "INTENT_ANNOUNCE intent_id=ic scope=[other.py]");
    CHECK(house.hears("bob", "INTENT_ANNOUNCE intent_id=ic"));
    CHECK(house.watch().failures.empty());
    house.look(
        [](const protocol::session& facts) { CHECK(facts.intents().find(protocol::intent_id("ia")) == nullptr); });
  }
}

TEST_CASE("one without the right to resolve is refused by the room, and the dispute stays", "[18.2-01]") {
  dispute_between_owners scene;
  auto& house = scene.house;
  house.says("carol", "RESOLUTION resolution_id=r1 conflict_id=$c decision=approved");
  CHECK(house.hears("carol", "PROTOCOL_ERROR error_code=AUTHORIZATION_FAILED"));
  CHECK(house.hears_nothing("alice"));
  CHECK(open_conflicts(house) == 1);
}
