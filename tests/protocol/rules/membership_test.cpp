// What a session remembers of its people (SPEC 14.1, 14.4, 14.7).
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

TEST_CASE("the transcript keeps HELLO without its secret") {
  pure_house house;
  house.connect("alice");
  house.says("alice", "HELLO credential={type: bearer_token, value: open-sesame}");
  const auto& kept = house.decisions().back().cause.inbound;
  REQUIRE(kept);
  CHECK(kept->payload().find("open-sesame") == std::string_view::npos);
  CHECK(kept->payload().find("HELLO") != std::string_view::npos);
}

TEST_CASE("nothing of a refused HELLO's secret is kept or told") {
  const std::string secret = "credential={type: api_key, value: open-sesame, x_token: open-sesame-too}";
  opening how;
  how.limits.participants = 1;
  std::string hello = "HELLO " + secret;
  auto code = protocol::error_code::limit_reached;
  SECTION("the session is full") {}
  SECTION("nobody can check it") {
    auto policy = *protocol::default_policy();
    policy.security_profile = protocol::security_profile::authenticated;
    how.policy = std::make_shared<const protocol::session_policy>(policy);
    code = protocol::error_code::credential_rejected;
  }
  SECTION("the name is taken by somebody of another type") {
    how.limits = {};
    hello += " @sender.principal_id=alice @sender.principal_type=human";
    code = protocol::error_code::authorization_failed;
  }
  SECTION("its Lamport value is out of reach") {
    how.limits = {};
    hello += " @watermark.value=9000000000000000";
    code = protocol::error_code::malformed_message;
  }
  SECTION("it is for another session") {
    hello += " @session_id=elsewhere";
    code = protocol::error_code::invalid_reference;
  }
  SECTION("the credential itself is malformed") {
    hello = "HELLO credential={value: open-sesame}";
    code = protocol::error_code::malformed_message;
  }
  SECTION("the credential is a bare text") {
    hello = "HELLO credential=open-sesame";
    code = protocol::error_code::malformed_message;
  }
  pure_house house(how);
  house.join("alice");
  house.connect("mallory");
  house.says("mallory", hello);
  const auto& refused = house.decisions().back();
  REQUIRE(refused.cause.error == code);
  if (refused.cause.inbound)
    CHECK(refused.cause.inbound->payload().find("sesame") == std::string_view::npos);
  for (const auto& notice : refused.notices)
    CHECK(notice.frame->payload().find("sesame") == std::string_view::npos);
}

TEST_CASE("a HELLO without its secret is otherwise as it came", "[9.6.3-02]") {
  opening how;
  how.limits.participants = 1;
  pure_house house(how);
  house.join("alice");
  house.connect("bob");
  house.says("bob", "HELLO display_name=Bob roles=[owner] credential={type: api_key, value: open-sesame, issuer: us}");
  REQUIRE(house.decisions().back().cause.error == protocol::error_code::limit_reached);
  const auto& inbound = house.decisions().back().cause.inbound;
  REQUIRE(inbound);
  const auto kept = parse_json(inbound->payload());
  CHECK(text_at(kept, "message_type") == "HELLO");
  CHECK(text_at(kept, "sender.principal_id") == "bob");
  CHECK(text_at(kept, "payload.display_name") == "Bob");
  CHECK(text_at(kept, "payload.credential.type") == "api_key");
  CHECK(text_at(kept, "payload.credential.value") == "(redacted)");
  CHECK(text_at(kept, "payload.credential.issuer") == "us");
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
  CHECK(house.facts().watch().next() == base::never);
  house.says("alice", "HEARTBEAT status=working");
  CHECK(house.facts().watch().next() == house.now() + 90s);
}

TEST_CASE("however many roles are asked for, few are held", "[23.1.5-01]") {
  pure_house house;
  std::string roles;
  for (int role = 0; role < 2000; ++role)
    roles += (role == 0 ? "r" : ", r") + std::to_string(role);
  house.join("alice", "roles=[" + roles + "]");
  CHECK(house.facts().people().begin()->roles.size() == 32);
}

TEST_CASE("a sign of life brings nobody back to a session that has ended", "[14.5-04]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] ttl_sec=3600");
  house.wait(200s);
  REQUIRE_FALSE(house.facts().people().begin()->is_available);
  house.close_session(protocol::close_reason::manual, protocol::close_disposition::expire_all);
  house.pong("alice");
  CHECK(house.decisions().back().notices.empty());
  CHECK(house.facts().intents().all().front()->state == protocol::intent_state::suspended);
}

TEST_CASE("the deadline is the earliest of all that is pending", "[14.6-01][15.6.1-04]") {
  pure_house house;
  house.join("alice");
  CHECK(protocol::next_deadline(house.facts()) == house.now() + 30s);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] ttl_sec=7");
  CHECK(protocol::next_deadline(house.facts()) == house.now() + 7s);
  house.close_session(protocol::close_reason::manual, protocol::close_disposition::withdraw_all);
  CHECK(protocol::next_deadline(house.facts()) == base::never);
  CHECK_FALSE(protocol::decide_due(house.facts(), house.now() + 1h));
}

TEST_CASE("deciding the same twice gives the same decision") {
  pure_house house;
  house.join("alice");
  const auto once = protocol::decide_close(house.facts(), protocol::close_reason::manual,
                                           protocol::close_disposition::withdraw_all, house.now());
  const auto twice = protocol::decide_close(house.facts(), protocol::close_reason::manual,
                                            protocol::close_disposition::withdraw_all, house.now());
  REQUIRE(once.notices.size() == twice.notices.size());
  CHECK(once.notices.back().frame->payload() == twice.notices.back().frame->payload());
  CHECK(once.sequence == twice.sequence);
  CHECK_FALSE(house.facts().ended());
}
