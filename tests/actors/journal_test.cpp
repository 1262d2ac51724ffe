// Nobody is told what is not kept: group commit, failing engines, the order of what is told.
#include "protocol/session_image.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

TEST_CASE("the decisions of several sessions share one batch", "[journal]") {
  actor_house house;
  house.join("alice", "one");
  house.join("bob", "two");
  house.join("carol", "three");
  house.engine().batches.clear();
  house.together([&] {
    for (const auto* who : {"alice", "bob", "carol"})
      house.says_at_once(who,
                         {"INTENT_ANNOUNCE intent_id=i1 scope=[a.py]", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]"});
  });
  CHECK(house.engine().batches == std::vector<std::size_t>{6});
  for (const auto* who : {"alice", "bob", "carol"}) {
    CHECK(house.out(who).inbox.size() == 2);
    CHECK(house.kinds_heard(who) == "INTENT_ANNOUNCE INTENT_ANNOUNCE");
  }
}

TEST_CASE("what one read decides reaches each outbox in one go", "[7.7-02]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  const auto before = house.out("bob").deliveries;
  house.says_at_once("alice", {"INTENT_ANNOUNCE intent_id=i1 scope=[a.py]", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]",
                               "INTENT_ANNOUNCE intent_id=i3 scope=[c.py]"});
  CHECK(house.out("bob").deliveries == before + 1);
  CHECK(house.heard("bob").size() == 3);
}

TEST_CASE("no frame leaves before its decision is kept", "[journal]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  const auto kept = house.watch().kept;
  house.together([&] {
    house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
    while (house.watch().kept == kept) {
      CHECK(house.out("alice").inbox.empty());
      CHECK(house.out("bob").inbox.empty());
      REQUIRE(house.step());
    }
  });
  CHECK(house.out("alice").inbox.size() == 1);
  CHECK(house.out("bob").inbox.size() == 1);
}

TEST_CASE("what was on its way to a failing engine is told once it recovers, and nothing before", "[journal]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.engine().fails = true;
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.wait(5s);
  CHECK(house.heard("alice").empty());
  CHECK(house.heard("bob").empty());
  // The failure is reported once, and tried again and again.
  CHECK(house.watch().journal_failures == std::vector<std::string>{"the disk is full"});
  CHECK(house.engine().attempts > 4);

  house.engine().fails = false;
  house.wait(1s);
  CHECK(house.watch().journal_recoveries == 1);
  CHECK(house.kinds_heard("alice") == "INTENT_ANNOUNCE");
  CHECK(house.kinds_heard("bob") == "INTENT_ANNOUNCE");
  CHECK(house.watch().kept == house.watch().decisions);
}

TEST_CASE("while the engine fails what would change something is refused at once", "[7.7-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.engine().fails = true;
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(house.hears_nothing("alice")); // whether this one is kept nobody knows yet
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py] !message_id=m-2");
  CHECK(house.hears("bob", "PROTOCOL_ERROR error_code=mpac_cluster.INTERNAL_ERROR"));
  house.connect("carol");
  house.says("carol", "HELLO");
  CHECK(house.hears("carol", "PROTOCOL_ERROR error_code=mpac_cluster.INTERNAL_ERROR"));
  CHECK_FALSE(house.closed_with("carol"));

  house.engine().fails = false;
  house.wait(1s);
  CHECK(house.kinds_heard("alice") == "INTENT_ANNOUNCE");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  CHECK(house.kinds_heard("bob") == "INTENT_ANNOUNCE INTENT_ANNOUNCE");
  house.says("carol", "HELLO");
  CHECK(house.kinds_heard("carol").find("SESSION_INFO") != std::string::npos);
}

TEST_CASE("while the engine fails questions are answered from what is kept, not from what may never be", "[7.7-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  (void)house.heard("bob");
  house.look([&](const protocol::session& facts) {
    house.engine().kept = std::make_shared<const protocol::session>(facts.image());
  });
  house.engine().fails = true;
  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  house.asks("bob", "SESSION_SUMMARY");
  const auto answer = house.next("bob");
  REQUIRE(answer);
  CHECK(text_at(*answer, "type") == "SESSION_SUMMARY_RESPONSE");
  CHECK(number_at(*answer, "session.active_intent_count") == 1);
  CHECK(house.engine().looks == 1);
}

TEST_CASE("a session that leaves memory while the engine fails is taken over behind all that it has decided",
          "[journal]") {
  actor_house house;
  house.join("alice");
  house.engine().fails = true;
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.look([&](const protocol::session& facts) {
    caf::anon_send(house.journal(), actors::park{std::make_shared<protocol::session>(facts.image()), {}});
  });
  house.wait(5s);
  CHECK(house.engine().parked == 0);
  house.engine().fails = false;
  house.wait(1s);
  CHECK(house.engine().parked == 1);
}

TEST_CASE("an engine that fails is tried once a second, however much comes meanwhile", "[journal]") {
  actor_house house;
  for (const auto* who : {"alice", "bob"})
    house.join(who, who);
  house.engine().fails = true;
  for (int i = 0; i < 5; ++i) {
    house.together([&] { // some of it is to be committed behind the rest, and some at once
      for (const auto* who : {"alice", "bob"})
        house.says(who, "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
      house.connect_to("carol", "carol" + std::to_string(i));
    });
    house.wait(100ms);
  }
  house.wait(2s);
  const std::size_t before = house.engine().attempts;
  house.wait(20s);
  CHECK(house.engine().attempts - before == 20);
}

TEST_CASE("tidying that can't be written is a failure of the store like any other", "[journal][9.6.3-05]") {
  actor_house house({.idle_unload = 60s});
  house.join("alice", "over");
  caf::anon_send(house.session("over"), actors::close_session{});
  house.disconnect("alice");
  house.wait(300s);
  REQUIRE(house.engine().parked == 1);
  house.join("bob");
  house.engine().tidying_fails = true;
  house.wait(600s);
  CHECK(house.watch().journal_failures == std::vector<std::string>{"the disk is full"});
  (void)house.heard("bob");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(house.hears("bob", "PROTOCOL_ERROR error_code=mpac_cluster.INTERNAL_ERROR"));
  house.engine().tidying_fails = false;
  house.wait(1s);
  CHECK(house.watch().journal_recoveries == 1);
}

TEST_CASE("nobody is lost, and nothing runs out, while the engine fails", "[14.7.1-01]") {
  actor_house house;
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] ttl_sec=60");
  (void)house.heard("alice");
  house.engine().fails = true;
  house.says("alice", "HEARTBEAT status=working");
  house.wait(500s); // nobody can be heard meanwhile
  house.engine().fails = false;
  house.wait(1s);
  house.look([](const protocol::session& facts) {
    CHECK(facts.people().available() == 1);
    CHECK(facts.intents().size() == 0); // its time was over all the same
  });
}

TEST_CASE("who leaves or joins while the journal is slow is told exactly what concerns it", "[journal]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.hold_journal();
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.connect("carol");
  house.says("carol", "HELLO");
  house.says("bob", "GOODBYE");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i2 scope=[b.py]");
  house.connect("alice/2");
  house.says("alice/2", "HELLO");
  CHECK_FALSE(house.closed_with("alice")); // it has not been told yet why
  house.let_journal_go();
  CHECK(house.kinds_heard("alice") == "INTENT_ANNOUNCE GOODBYE INTENT_ANNOUNCE");
  CHECK(house.closed_with("alice") == 4009);
  CHECK(house.kinds_heard("bob") == "INTENT_ANNOUNCE GOODBYE");
  CHECK(house.kinds_heard("carol") == "SESSION_INFO GOODBYE INTENT_ANNOUNCE");
  CHECK(house.kinds_heard("alice/2") == "SESSION_INFO");
}

TEST_CASE("a private word of before a takeover reaches the seat that sat there", "[7.7-02]") {
  actor_house house;
  for (const auto* who : {"alice", "bob"})
    house.join(who);
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  (void)house.heard("alice");
  house.hold_journal();
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=i1 target=a.py state_ref_before=- state_ref_after=sha256:1");
  house.connect("alice/2");
  house.says("alice/2", "HELLO");
  house.let_journal_go();
  CHECK(house.kinds_heard("alice").find("OP_COMMIT") != std::string::npos);
  CHECK(house.kinds_heard("alice/2") == "SESSION_INFO");
}

TEST_CASE("a seat lost and won back again and again hears all that was said while it held it", "[takeover]") {
  actor_house house;
  house.open({});
  house.join("alice");
  house.connect("alice/2");
  house.hold_journal();
  for (int turn = 1; turn <= 3; ++turn) {
    house.says("alice",
               "INTENT_ANNOUNCE intent_id=i" + std::to_string(turn) + " scope=[a" + std::to_string(turn) + "]");
    house.says("alice/2", "HELLO");
    house.says("alice", "HELLO");
  }
  CHECK(house.hears_nothing("alice"));
  house.let_journal_go();
  for (int turn = 1; turn <= 3; ++turn) {
    CHECK(house.hears("alice", "INTENT_ANNOUNCE intent_id=i" + std::to_string(turn)));
    CHECK(house.hears("alice", "SESSION_INFO"));
    CHECK(house.hears("alice/2", "SESSION_INFO"));
  }
  CHECK(house.hears_nothing("alice"));
  CHECK(house.hears_nothing("alice/2"));
  CHECK(!house.closed_with("alice"));
  CHECK(house.closed_with("alice/2") == 4009);
}

TEST_CASE("frames leave in the order of decisions, with a Lamport clock that only grows", "[12.7-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  std::vector<std::string> said;
  house.together([&] {
    for (int i = 0; i < 40; ++i) {
      house.says(i % 3 ? "alice" : "bob", "INTENT_ANNOUNCE intent_id=i" + std::to_string(i) + " scope=[same.py]");
      if (i % 5 == 0)
        house.step();
    }
  });
  const auto order = [&](const std::string& who) {
    std::vector<std::string> ids;
    std::int64_t clock = 0;
    for (const auto& frame : house.heard(who)) {
      ids.push_back(text_at(frame, "message_id"));
      if (text_at(frame, "sender.principal_type") == "service") {
        CHECK(number_at(frame, "watermark.value") > clock);
        clock = number_at(frame, "watermark.value");
      }
    }
    return ids;
  };
  const auto alice = order("alice");
  CHECK(alice.size() > 40); // with the reports of conflicts
  CHECK(order("bob") == alice);
}

TEST_CASE("a transcript is read on the journal's own thread, oldest line first", "[9.6.3-01]") {
  actor_house house;
  house.join("alice");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  std::vector<std::string> kinds;
  bool done = false;
  caf::anon_send(house.journal(),
                 actors::read_transcript{protocol::session_id("talk"), 0, 1 << 20,
                                         [&](const store::transcript_line& line) {
                                           kinds.push_back(text_at(parse_json(line.frame->payload()), "message_type"));
                                         },
                                         [&](const auto& end) { done = end && *end == 0; }});
  house.run();
  CHECK(done);
  CHECK(kinds == std::vector<std::string>{"HELLO", "SESSION_INFO", "INTENT_ANNOUNCE"});
}
