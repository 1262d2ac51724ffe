// Frames told again: in order with what is told while the journal looks them up (SPEC 12.8).
#include "actors/catching_up.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::tests;

namespace {

std::vector<std::string> intents_heard(actor_house& house, const std::string& line) {
  std::vector<std::string> ids;
  for (const auto& frame : house.heard(line))
    if (text_at(frame, "message_type") == "INTENT_ANNOUNCE")
      ids.push_back(text_at(frame, "payload.intent_id"));
  return ids;
}

} // namespace

TEST_CASE("whoever comes back while others go on talking hears everything once, in the order of all",
          "[12.8-01][7.7-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  const auto announce = [&](int i) {
    const auto n = std::to_string(i);
    return "INTENT_ANNOUNCE intent_id=i" + n + " scope=[f" + n + ".py] @message_id=m" + n;
  };
  house.says("alice", announce(0));
  (void)house.heard("bob");
  house.disconnect("bob");
  for (int i = 1; i < 10; ++i)
    house.says("alice", announce(i));
  house.connect("bob");
  house.together([&] { // the return and what follows it are on their way at the same time
    house.says("bob", "HELLO @watermark.value=500 @extensions={mpac_cluster.missed: {after_message_id: m0}}");
    for (int i = 10; i < 20; ++i)
      house.says("alice", announce(i));
  });
  std::vector<std::string> all;
  for (int i = 1; i < 20; ++i)
    all.push_back("i" + std::to_string(i));
  CHECK(intents_heard(house, "bob") == all);
}

TEST_CASE("what is gone from the store is admitted, and a summary follows what is there", "[12.8-01][22.1-17]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  const std::string padding(4096, 'x');
  for (int i = 0; i < 30; ++i) {
    const auto n = std::to_string(i);
    house.says("alice", "INTENT_ANNOUNCE intent_id=i" + n + " scope=[f" + n + ".py] objective=" + padding);
  }
  (void)house.heard("bob");
  house.says("bob", "PROTOCOL_ERROR error_code=CAUSAL_GAP description=\"\" "
                    "extensions={mpac_cluster.missed: {after_lamport: 1}} @message_id=gap");
  const auto heard = house.heard("bob");
  REQUIRE(heard.size() > 3);
  CHECK(heard.size() < 30);
  CHECK(text_at(heard[heard.size() - 3], "payload.intent_id") == "i29");
  CHECK(text_at(heard[heard.size() - 2], "payload.error_code") == "CAUSAL_GAP");
  CHECK(text_at(heard[heard.size() - 2], "payload.refers_to") == "gap");
  CHECK(text_at(heard.back(), "type") == "SESSION_SUMMARY_RESPONSE");
}

TEST_CASE("a seat catches up with one thing at a time, and frames wait for it alone", "[12.8-01]") {
  actors::catching_up waiting;
  const auto frame = protocol::frame::of("{}");
  CHECK_FALSE(waiting.holds(1, frame));
  CHECK(waiting.begin(1));
  CHECK_FALSE(waiting.begin(1));
  CHECK(waiting.holds(1, frame));
  CHECK_FALSE(waiting.holds(2, frame));
  CHECK(waiting.end(1).value().size() == 1);
  CHECK_FALSE(waiting.end(1));
  CHECK_FALSE(waiting.holds(1, frame));
}

TEST_CASE("whoever is replaced while it waits for what it missed is told nothing after its farewell",
          "[12.8-01][7.7-01]") {
  actor_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  house.disconnect("bob");
  house.connect("bob");
  house.connect("bob/2");
  house.together([&] { // one asks for what it missed, the other takes its place before the journal has answered
    house.says("bob", "HELLO @watermark.value=500 @extensions={mpac_cluster.missed: {after_lamport: 1}}");
    house.says("bob/2", "HELLO @watermark.value=501");
  });
  const auto heard = house.heard("bob");
  REQUIRE_FALSE(heard.empty());
  CHECK(text_at(heard.front(), "message_type") == "SESSION_INFO");
  CHECK(intents_heard(house, "bob").empty());
}
