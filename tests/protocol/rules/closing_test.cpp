// The end of a session and of a stay in it (SPEC 9.6, 14.4, 14.5) when very much is alive.
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

#include <set>
#include <string>
#include <vector>

using namespace mpac;
using namespace mpac::tests;

namespace {

constexpr int many = 6000;

std::string numbered(const std::string& name, int number) {
  return name + std::to_string(number);
}

/// alice and bob announce many intents each, the n-th of both for the n-th file: as many conflicts.
void fill_up(pure_house& house) {
  for (const auto* who : {"alice", "bob", "carol"})
    house.join(who);
  for (int n = 0; n < many; ++n)
    for (const auto* who : {"alice", "bob"})
      house.says(who,
                 "INTENT_ANNOUNCE ttl_sec=3600 intent_id=" + numbered(who, n) + " scope=[" + numbered("f", n) + "]");
  REQUIRE(house.facts().intents().size() == 2 * many);
  REQUIRE(house.facts().conflicts().size() == many);
  for (const auto* who : {"alice", "bob", "carol"})
    (void)house.heard(who);
}

std::vector<std::string> members_heard(pure_house& house, const std::string& who, const std::string& type,
                                       const std::string& member) {
  std::vector<std::string> found;
  for (const auto& frame : house.heard(who)) {
    INFO(to_text(frame));
    REQUIRE(text_at(frame, "message_type") == type);
    found.push_back(text_at(frame, member));
  }
  return found;
}

} // namespace

TEST_CASE("GOODBYE ends all intents of its sender in one decision, however many they are", "[14.4-01]") {
  pure_house house;
  fill_up(house);
  house.says("alice", "GOODBYE");
  const auto& made = house.decisions().back();
  std::vector<std::string> ended;
  for (const auto& e : made.events)
    if (const auto* moved = std::get_if<protocol::intent_moved>(&e)) {
      CHECK(moved->to == protocol::intent_state::withdrawn);
      ended.push_back(moved->intent_id.str());
    }
  REQUIRE(ended.size() == many);
  for (int n = 0; n < many; ++n) // in the order they were announced
    REQUIRE(ended[static_cast<std::size_t>(n)] == numbered("alice", n));
  CHECK(house.facts().intents().size() == many);
  CHECK(house.facts().totals().withdrawn_intents == many);
  // Each conflict still has a living party.
  CHECK(house.facts().conflicts().size() == many);
  for (const auto* who : {"alice", "bob", "carol"})
    CHECK(members_heard(house, who, "GOODBYE", "sender.principal_id") == std::vector<std::string>{"alice"});

  house.says("bob", "GOODBYE");
  CHECK(house.facts().intents().size() == 0);
  CHECK(house.facts().conflicts().size() == 0);
  CHECK(house.facts().totals().resolved_conflicts == many);
  const auto told = house.heard("carol");
  REQUIRE(told.size() == many + 1);
  CHECK(text_at(told.front(), "message_type") == "GOODBYE");
  std::set<std::string> dismissed;
  for (std::size_t i = 1; i < told.size(); ++i) {
    REQUIRE(text_at(told[i], "payload.decision") == "dismissed");
    REQUIRE(number_at(told[i], "watermark.value") > number_at(told[i - 1], "watermark.value"));
    dismissed.insert(text_at(told[i], "payload.conflict_id"));
  }
  CHECK(dismissed.size() == many);
}

TEST_CASE("very many intents left to be claimed are told one by one, and all come back with their owner",
          "[14.4-02][15.6.1-07][15.6.1-08]") {
  pure_house house;
  fill_up(house);
  house.says("alice", "GOODBYE intent_disposition=transfer");
  auto told = house.heard("carol");
  REQUIRE(told.size() == many + 1);
  for (int n = 0; n < many; ++n) {
    const auto& frame = told[static_cast<std::size_t>(n) + 1];
    REQUIRE(text_at(frame, "payload.intent_id") == numbered("alice", n));
    REQUIRE(to_text(*find(frame, "extensions")).find("SUSPENDED") != std::string::npos);
  }
  house.says("alice", "HELLO");
  told = house.heard("carol");
  REQUIRE(told.size() == many);
  for (int n = 0; n < many; ++n)
    REQUIRE(text_at(told[static_cast<std::size_t>(n)], "payload.intent_id") == numbered("alice", n));
  for (const auto* intent : house.facts().intents().all())
    REQUIRE(intent->state == protocol::intent_state::active);
}

TEST_CASE("the close of a very full session withdraws everything and tells all in one order",
          "[14.5-03][9.6.2-02][9.6.2-04][17.9-02][7.7-02]") {
  pure_house house;
  fill_up(house);
  house.says("alice", "OP_COMMIT op_id=o1 intent_id=alice0 target=f0 state_ref_before=r0 state_ref_after=r1");
  for (const auto* who : {"alice", "bob", "carol"})
    (void)house.heard(who);
  house.close_session(protocol::close_reason::manual, protocol::close_disposition::withdraw_all);
  CHECK(house.facts().ended());
  CHECK(house.facts().intents().size() == 0);
  // What was committed keeps its conflict open (SPEC 17.9).
  CHECK(house.facts().conflicts().size() == 1);

  const auto told = house.heard("alice");
  REQUIRE(told.size() == many); // one dismissal less, and the close
  for (std::size_t i = 0; i + 1 < told.size(); ++i) {
    REQUIRE(text_at(told[i], "message_type") == "RESOLUTION");
    REQUIRE(number_at(told[i], "watermark.value") < number_at(told[i + 1], "watermark.value"));
  }
  const auto& close = told.back();
  CHECK(text_at(close, "message_type") == "SESSION_CLOSE");
  CHECK(number_at(close, "payload.final_lamport_clock") == number_at(close, "watermark.value") - 1);
  CHECK(number_at(close, "payload.summary.total_intents") == 2 * many);
  CHECK(number_at(close, "payload.summary.completed_intents") == 1);
  CHECK(number_at(close, "payload.summary.withdrawn_intents") == 2 * many - 1);
  CHECK(number_at(close, "payload.summary.total_conflicts") == many);
  CHECK(number_at(close, "payload.summary.resolved_conflicts") == many - 1);

  std::vector<std::string> order;
  for (const auto& frame : told)
    order.push_back(text_at(frame, "message_id"));
  for (const auto* who : {"bob", "carol"}) {
    std::vector<std::string> other;
    for (const auto& frame : house.heard(who))
      other.push_back(text_at(frame, "message_id"));
    CHECK(other == order);
  }
}

TEST_CASE("very many conflicts of one intent end with it", "[17.9-01][17.9-02]") {
  pure_house house;
  for (const auto* who : {"alice", "bob"})
    house.join(who);
  for (int n = 0; n < many; ++n)
    house.says("bob", "INTENT_ANNOUNCE ttl_sec=3600 intent_id=" + numbered("bob", n) + " scope=[src/" +
                          numbered("f", n) + ".py]");
  house.says("alice", "INTENT_ANNOUNCE ttl_sec=3600 intent_id=all scope={kind: resource_path, pattern: \"src/**\"}");
  REQUIRE(house.facts().conflicts().size() == many);
  house.says("bob", "GOODBYE");
  CHECK(house.facts().conflicts().size() == many);
  (void)house.heard("alice");
  house.says("alice", "INTENT_WITHDRAW intent_id=all");
  CHECK(house.facts().conflicts().size() == 0);
  CHECK(house.heard("alice").size() == many + 1);
}
