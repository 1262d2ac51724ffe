// Sessions that nobody needs leave memory, and come back whole.
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

/// Somebody has said something that must survive, and has gone for good.
void leave_a_trace(actor_house& house) {
  house.open([] {
    opening how;
    how.files.put("notes.txt", protocol::workspace_file::of("remember me"));
    return how;
  }());
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=a.py state_ref_before=\"sha256:0\" "
                      "state_ref_after=\"sha256:1\"");
  house.says("alice", "INTENT_WITHDRAW intent_id=i1");
  house.says("alice", "GOODBYE");
  house.disconnect("alice");
}

} // namespace

TEST_CASE("an idle session is parked and comes back with its facts", "[registry]") {
  actor_house house({.idle_unload = 60s});
  leave_a_trace(house);
  house.wait(59s);
  CHECK(house.watch().unloaded == 0);
  house.wait(61s); // the last look whether anybody is missing comes first
  CHECK(house.watch().unloaded == 1);
  std::uint64_t lamport = 0;
  house.connect("bob");
  house.says("bob", "HELLO");
  CHECK(house.hears("bob", "SESSION_INFO @coordinator_epoch=1"));
  house.look([&](const protocol::session& facts) {
    lamport = facts.lamport();
    CHECK(facts.files().find("notes.txt") != nullptr);
    CHECK(facts.past_intents().find(protocol::intent_id("i1")) != nullptr);
    CHECK(facts.people().size() == 2);
    REQUIRE(facts.target_ref("a.py") != nullptr);
    CHECK(*facts.target_ref("a.py") == "sha256:1");
  });
  CHECK(house.watch().opened == 2);
  CHECK(lamport > 3);
  CHECK(house.watch().failures.empty());
}

TEST_CASE("a session is not unloaded while somebody is connected or something is due", "[registry]") {
  actor_house house({.idle_unload = 10s});
  house.join("alice");
  house.wait(25s);
  CHECK(house.watch().unloaded == 0);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] ttl_sec=200");
  house.disconnect("alice");
  house.wait(100s);
  CHECK(house.watch().unloaded == 0); // the intent is still to expire
  house.wait(400s);
  CHECK(house.watch().unloaded == 1);
}

TEST_CASE("a session that waits for nothing but its age sleeps, and is waked to end", "[registry][9.6.1-10]") {
  protocol::session_policy policy;
  policy.lifecycle.session_ttl = 3600s;
  opening how;
  how.policy = std::make_shared<const protocol::session_policy>(policy);
  actor_house house({.idle_unload = 60s});
  house.open(how);
  house.join("alice");
  house.disconnect("alice");
  house.wait(600s);
  CHECK(house.watch().unloaded == 1);
  // Whoever comes in between finds it, and it sleeps again.
  house.join("bob");
  CHECK(house.watch().opened == 2);
  house.disconnect("bob");
  house.wait(600s);
  CHECK(house.watch().unloaded == 2);
  house.wait(2399s);
  CHECK(house.watch().opened == 2);
  house.wait(1s);
  CHECK(house.watch().opened == 3);
  house.look([&](const protocol::session& facts) { CHECK(facts.ended() == protocol::close_reason::timeout); });
  house.wait(120s);
  CHECK(house.watch().unloaded == 3);
  house.wait(3600s);
  CHECK(house.watch().opened == 3); // once
}

TEST_CASE("somebody who arrives while the session retires gets in", "[registry]") {
  // At every moment of retiring.
  bool saw_it_stay = false, saw_it_return = false;
  for (int steps = 0; steps < 14; ++steps) {
    actor_house house({.idle_unload = 60s});
    leave_a_trace(house);
    house.wait(59s);
    house.together([&] {
      if (steps == 0) { // the registry hears of bob first
        house.connect("bob");
        house.step();
      }
      caf::anon_send(house.registry(), actors::is_idle{protocol::session_id("talk")});
      for (int i = 1; i < steps; ++i)
        house.step();
      if (steps != 0)
        house.connect("bob");
      house.says("bob", "HELLO");
    });
    INFO("after " << steps << " steps");
    CHECK(house.hears("bob", "SESSION_INFO session_id=talk participant_count=1"));
    CHECK_FALSE(house.closed_with("bob"));
    house.look([](const protocol::session& facts) { CHECK(facts.people().size() == 2); });
    (house.watch().unloaded == 0 ? saw_it_stay : saw_it_return) = true;
  }
  CHECK(saw_it_return);
  CHECK(saw_it_stay);
}

TEST_CASE("a session that stayed may be unloaded later", "[registry]") {
  actor_house house({.idle_unload = 60s});
  leave_a_trace(house);
  house.wait(59s);
  house.together([&] {
    house.connect("bob");
    house.step(); // the registry hears of bob first
    caf::anon_send(house.registry(), actors::is_idle{protocol::session_id("talk")});
  });
  CHECK(house.watch().unloaded == 0);
  house.disconnect("bob");
  house.wait(200s);
  CHECK(house.watch().unloaded == 1);
}

TEST_CASE("an open conflict survives its session's rest, and can still be resolved", "[registry]") {
  actor_house house({.idle_unload = 60s});
  auto policy = *protocol::default_policy();
  policy.governance.resolution_timeout = 0s;
  opening how;
  how.policy = std::make_shared<const protocol::session_policy>(policy);
  house.open(how);
  house.join("alice", "talk", "roles=[owner]");
  house.join("bob", "talk", "roles=[owner]");
  house.says("alice", "INTENT_ANNOUNCE intent_id=ia scope=[a.py] ttl_sec=100000");
  house.says("bob", "INTENT_ANNOUNCE intent_id=ib scope=[a.py] ttl_sec=100000");
  std::string conflict;
  for (const auto& frame : house.heard("alice"))
    if (text_at(frame, "message_type") == "CONFLICT_REPORT")
      conflict = text_at(frame, "payload.conflict_id");
  REQUIRE_FALSE(conflict.empty());
  // The journal takes the session as it is, whatever is due: as for an operator who needs the memory.
  house.disconnect("alice");
  house.disconnect("bob");
  caf::anon_send(house.registry(), actors::is_idle{protocol::session_id("talk")});
  house.run();
  REQUIRE(house.watch().unloaded == 1);
  house.join("alice", "talk", "roles=[owner]");
  house.names()["$c"] = "\"" + conflict + "\"";
  house.says("alice", "RESOLUTION resolution_id=r1 conflict_id=$c decision=approved");
  CHECK(house.kinds_heard("alice").find("RESOLUTION") != std::string::npos);
  house.look([](const protocol::session& facts) { CHECK(facts.conflicts().size() == 0); });
}

TEST_CASE("a session that is over is found until its retention is over, and then its name begins anew",
          "[9.6.3-05][9.6.4-05]") {
  protocol::session_policy policy;
  policy.lifecycle.audit_retention_days = 2;
  opening how;
  how.policy = std::make_shared<const protocol::session_policy>(policy);
  actor_house house({.idle_unload = 60s});
  house.open(how);
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.close_session(protocol::close_reason::manual, protocol::close_disposition::withdraw_all);
  house.disconnect("alice");
  const auto is_listed = [&] {
    return house.ask<actors::session_list>(actors::list_sessions{protocol::session_id(), 10})->rows.size() == 1;
  };
  house.wait(24h);
  CHECK(house.watch().unloaded == 1);
  CHECK(is_listed());
  house.connect("alice");
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "PROTOCOL_ERROR error_code=SESSION_CLOSED"));
  house.disconnect("alice");
  house.wait(47h); // since that was said, too
  CHECK(is_listed());
  house.wait(2h);
  CHECK_FALSE(is_listed());
  house.connect("alice");
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "SESSION_INFO participant_count=1 @coordinator_epoch=1"));
  house.look([](const protocol::session& facts) {
    CHECK_FALSE(facts.ended());
    CHECK(facts.past_intents().find(protocol::intent_id("i1")) == nullptr);
  });
}

TEST_CASE("a session that can't be read and has something due is looked at less and less often, and not forgotten",
          "[registry][9.6.1-10]") {
  protocol::session_policy policy;
  policy.lifecycle.session_ttl = 3600s;
  opening how;
  how.policy = std::make_shared<const protocol::session_policy>(policy);
  actor_house house({.idle_unload = 60s});
  house.open(how);
  house.join("alice");
  house.disconnect("alice");
  house.wait(600s);
  REQUIRE(house.watch().unloaded == 1);
  house.engine().unreadable = how.session;
  house.wait(3600s + 60s);
  CHECK(house.engine().fetches >= 4); // the first look was no more than 10 minutes ago
  house.wait(24h);
  CHECK(house.engine().fetches > 24);
  CHECK(house.engine().fetches < 40);
  house.engine().unreadable = {};
  house.wait(1h);
  CHECK(house.watch().opened == 2);
  house.look([&](const protocol::session& facts) { CHECK(facts.ended() == protocol::close_reason::timeout); });
}

TEST_CASE("a session that nobody has entered leaves nothing behind, whatever was said to it", "[14.1-01][registry]") {
  actor_house house({.idle_unload = 60s});
  house.connect("eve");
  house.send("eve", "no message at all");
  CHECK(house.hears("eve", "PROTOCOL_ERROR error_code=MALFORMED_MESSAGE"));
  house.says("eve", "HEARTBEAT status=working");
  const auto refused = house.hear("eve");
  REQUIRE(refused);
  CHECK(refused->find("INVALID_REFERENCE") != std::string::npos);
  CHECK(refused->find("watermark") == std::string::npos); // it has no place in any order
  house.wait(3600s);                                      // nothing is due in what has not begun
  CHECK(house.hears_nothing("eve"));
  house.look([](const protocol::session& facts) { CHECK(facts.sequence() == 0); });
  CHECK(house.engine().batches.empty());
  house.disconnect("eve");
  house.wait(61s);
  CHECK(house.watch().unloaded == 1);
  CHECK(house.engine().parked == 0);
  CHECK(house.watch().decisions == 0);
  CHECK(house.ask<actors::session_list>(actors::list_sessions{protocol::session_id(), 10})->rows.empty());
}

TEST_CASE("a stranger who comes and goes takes the session along that nobody has entered", "[14.1-01][23.4-02]") {
  for (const auto idle_unload : {0s, 60s}) {
    actor_house house({.idle_unload = idle_unload});
    house.connect("eve");
    house.connect("mallory");
    house.says("mallory", "HEARTBEAT status=working"); // refused
    house.disconnect("eve");
    CHECK(house.watch().unloaded == 0);
    house.disconnect("mallory");
    CHECK(house.watch().unloaded == 1);
    CHECK_FALSE(house.session());
    CHECK(house.ask<actors::session_list>(actors::list_sessions{protocol::session_id(), 10})->rows.empty());
    CHECK(house.engine().batches.empty());
    CHECK(house.engine().parked == 0);
  }
}

TEST_CASE("strangers who come and go leave room for others", "[registry][23.4-02]") {
  actor_house house({.sessions_limit = 1});
  for (int i = 0; i < 5; ++i) {
    const auto line = "eve/" + std::to_string(i);
    house.connect_to(line, "nowhere-" + std::to_string(i));
    CHECK_FALSE(house.closed_with(line));
    house.disconnect(line);
  }
  house.join("alice");
  CHECK(house.out("alice").is_admitted);
}

TEST_CASE("a stranger leaves nothing behind while the store takes nothing either", "[registry]") {
  actor_house house;
  house.join("alice", "other");
  house.connect("eve");
  house.engine().fails = true;
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  REQUIRE(house.watch().journal_failures.size() == 1);
  house.disconnect("eve");
  CHECK(house.watch().unloaded == 1);
}

TEST_CASE("somebody who arrives while a stranger takes the session along gets in", "[registry]") {
  // At every moment of its leaving.
  bool saw_it_stay = false, saw_it_return = false;
  for (int steps = 0; steps < 14; ++steps) {
    actor_house house;
    house.connect("eve");
    house.together([&] {
      house.disconnect("eve");
      for (int i = 0; i < steps; ++i)
        house.step();
      house.connect("bob");
      house.says("bob", "HELLO");
    });
    INFO("after " << steps << " steps");
    CHECK(house.hears("bob", "SESSION_INFO session_id=talk participant_count=1 @coordinator_epoch=1"));
    CHECK_FALSE(house.closed_with("bob"));
    house.look([](const protocol::session& facts) { CHECK(facts.people().size() == 1); });
    (house.watch().unloaded == 0 ? saw_it_stay : saw_it_return) = true;
  }
  CHECK(saw_it_return);
  CHECK(saw_it_stay);
}

TEST_CASE("a session that the operator wants stays when a stranger goes, for as long as any other", "[registry]") {
  actor_house house({.idle_unload = 60s});
  SECTION("a configured one") {
    house.is_configured("talk");
  }
  SECTION("one of the admin API") {
    house.open({});
  }
  house.connect("eve");
  house.disconnect("eve");
  house.wait(59s);
  CHECK(house.watch().unloaded == 0);
  house.wait(2s);
  CHECK(house.watch().unloaded == 1);
}

TEST_CASE("a session begins with its first accepted HELLO, and those refused before are no part of it",
          "[14.1-01][registry]") {
  actor_house house;
  house.connect("eve");
  house.connect("alice");
  house.says("eve", "HEARTBEAT status=working");
  (void)house.heard("eve");
  house.says("eve", "HELLO @watermark.value=9007199254740000 @message_id=far"); // refused by the session, not the door
  const auto why = house.hear("eve");
  REQUIRE(why);
  CHECK(why->find("too far above") != std::string::npos);
  CHECK(why->find("\"refers_to\":\"far\"") != std::string::npos);
  CHECK(why->find(":unkept-") != std::string::npos);
  protocol::session_policy policy;
  policy.governance.resolution_timeout = 7s;
  caf::anon_send(house.session(), actors::replace_policy{std::make_shared<const protocol::session_policy>(policy), {}});
  house.run();
  CHECK(house.engine().batches.empty());
  house.says("alice", "HELLO");
  CHECK(house.hears("alice", "SESSION_INFO participant_count=1 @coordinator_epoch=1"));
  CHECK(house.engine().batches == std::vector<std::size_t>{1});
  house.look([](const protocol::session& facts) {
    CHECK(facts.sequence() == 1);
    CHECK(facts.policy().governance.resolution_timeout == 7s);
  });
  house.says("eve", "HEARTBEAT status=working"); // from now on refusals have their place
  const auto refused = house.hear("eve");
  REQUIRE(refused);
  CHECK(refused->find("watermark") != std::string::npos);
}

TEST_CASE("a hub that stops keeps nothing of a session that nobody has entered", "[14.1-01][registry]") {
  for (const bool ends : {false, true}) {
    actor_house house;
    house.connect("eve");
    CHECK(house.stop(ends));
    CHECK(house.closed_with("eve") == (ends ? 1001 : 1012));
    CHECK(house.engine().batches.empty());
    CHECK(house.engine().parked == 0);
  }
}
