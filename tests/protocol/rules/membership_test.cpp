// What a session remembers of its people (SPEC 14.1, 14.4, 14.7).
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

TEST_CASE("the transcript keeps HELLO without its secret", "[14.1-01]") {
  pure_house house;
  house.connect("alice");
  house.says("alice", "HELLO credential={type: bearer_token, value: open-sesame}");
  const auto& kept = house.decisions().back().cause.inbound;
  REQUIRE(kept);
  CHECK(kept->payload().find("open-sesame") == std::string_view::npos);
  CHECK(kept->payload().find("HELLO") != std::string_view::npos);
}

TEST_CASE("a message from a connection that was taken over is no sign of its principal's life", "[14.7.1-01]") {
  pure_house house;
  house.join("alice");
  const auto joined = house.facts().people().find(protocol::principal_id("alice"))->last_seen;
  house.wait(10s);
  house.connect("mallory");
  house.send("mallory", house.letter("alice", "HELLO @sender.principal_type=human @watermark.value=900"));
  CHECK(house.decisions().back().cause.error == protocol::error_code::authorization_failed);
  const auto* alice = house.facts().people().find(protocol::principal_id("alice"));
  CHECK(alice->last_seen == joined);
  CHECK(alice->lamport < 900);
  CHECK(alice->seat == house.seat_of("alice"));
}

TEST_CASE("who was offline and works again is watched again", "[14.3-04][14.7.1-01]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "HEARTBEAT status=offline");
  house.wait(300s);
  CHECK(house.facts().next_liveness_check() == base::never);
  house.says("alice", "HEARTBEAT status=working");
  CHECK(house.facts().next_liveness_check() == house.now() + 90s);
}

TEST_CASE("the deadline is the earliest of all that is pending", "[14.6-01][15.6.1-04]") {
  pure_house house;
  house.join("alice");
  CHECK(protocol::next_deadline(house.facts()) == house.now() + 30s);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] ttl_sec=7");
  CHECK(protocol::next_deadline(house.facts()) == house.now() + 7s);
  house.close_session(protocol::close_reason::manual);
  CHECK(protocol::next_deadline(house.facts()) == base::never);
  CHECK_FALSE(protocol::decide_due(house.facts(), house.now() + 1h));
}

TEST_CASE("deciding the same twice gives the same decision", "[7.7-01]") {
  pure_house house;
  house.join("alice");
  const auto once = protocol::decide_close(house.facts(), protocol::close_reason::manual, house.now());
  const auto twice = protocol::decide_close(house.facts(), protocol::close_reason::manual, house.now());
  REQUIRE(once.notices.size() == twice.notices.size());
  CHECK(once.notices.back().frame->payload() == twice.notices.back().frame->payload());
  CHECK(once.sequence == twice.sequence);
  CHECK_FALSE(house.facts().ended());
}
