// What a returning participant may claim of its own state has bounds, and brings a dispute about once (SPEC 7.7).
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

std::string hello_with(const std::string& operations) {
  return "HELLO @extensions={local_state: {operations: [" + operations + "]}}";
}

/// Comes back after a restart with these operations; gives the error it hears, if any.
json_document comes_back(pure_house& house, const std::string& who, const std::string& operations) {
  house.connect(who);
  house.says(who, hello_with(operations));
  for (auto& frame : house.heard(who))
    if (text_at(frame, "payload.error_code") == "STATE_DIVERGENCE")
      return std::move(frame);
  return {};
}

} // namespace

TEST_CASE("however much a participant claims, so many operations are compared, and it is told so", "[7.7-05]") {
  pure_house house;
  house.join("alice");
  house.restart(0s);
  std::string operations;
  const std::string padding(200, 'x');
  for (int i = 0; i < 500; ++i)
    operations += (i == 0 ? "{op_id: o" : ", {op_id: o") + std::to_string(i) + padding + ", target: t" +
                  std::to_string(i) + padding + "}";
  house.connect("alice");
  house.says("alice", hello_with(operations));
  const auto told = house.heard("alice");
  REQUIRE(told.size() == 4);
  CHECK(text_at(told[0], "payload.compatibility_errors.0") ==
        "extensions.local_state.operations: no more than 128 are compared");
  CHECK(text_at(told[2], "message_type") == "CONFLICT_REPORT");
  CHECK(find(told[3], "payload.extensions.divergent_op_ids")->Size() == 128);
  for (const auto& frame : told)
    CHECK(to_text(frame).size() < 256 * 1024);
}

TEST_CASE("what no scope can hold is told and not frozen", "[7.7-05][7.7-06]") {
  pure_house house;
  house.join("alice");
  house.restart(0s);
  const auto target = GENERATE(std::string(5000, 't'), std::string("\"\""), std::string("./"));
  const auto error = comes_back(house, "alice", "{op_id: o1, target: " + target + "}");
  CHECK(find(error, "payload.extensions.divergent_op_ids")->Size() == 1);
  CHECK(house.facts().conflicts().size() == 0);
  CHECK(house.facts().frozen().empty());
}

TEST_CASE("a participant brings a dispute about once for each recovery", "[7.7-06]") {
  pure_house house;
  house.join("alice");
  house.restart(0s);
  CHECK_FALSE(
      text_at(comes_back(house, "alice", "{op_id: o1, target: a.py}"), "payload.extensions.conflict_id").empty());
  CHECK(house.facts().conflicts().size() == 1);
  const auto again = comes_back(house, "alice", "{op_id: o2, target: b.py}");
  CHECK(text_at(again, "payload.error_code") == "STATE_DIVERGENCE");
  CHECK_FALSE(find(again, "payload.extensions.conflict_id"));
  CHECK(house.facts().conflicts().size() == 1);
  house.restart(0s);
  (void)comes_back(house, "alice", "{op_id: o2, target: b.py}");
  CHECK(house.facts().conflicts().size() == 2);
}

TEST_CASE("whoever has left, or was never here, freezes nothing", "[7.7-06]") {
  pure_house house;
  house.join("alice");
  house.says("alice", "GOODBYE");
  house.restart(0s);
  for (const auto* who : {"alice", "stranger"}) {
    CHECK(text_at(comes_back(house, who, "{op_id: o1, target: a.py}"), "payload.error_code") == "STATE_DIVERGENCE");
    CHECK(house.facts().conflicts().size() == 0);
  }
}

TEST_CASE("what falls due while there is no coordinator happens once, and is told nobody twice", "[8.1.1.3-08]") {
  pure_house house;
  house.join("alice");
  house.join("bob");
  house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py] ttl_sec=60");
  house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py] ttl_sec=60");
  (void)house.heard("alice");
  house.restart(10min);
  CHECK(house.facts().intents().size() == 0);
  CHECK(house.facts().conflicts().size() == 0);
  CHECK(house.facts().totals().expired_intents == 2);
  house.connect("alice");
  CHECK(house.heard("alice").empty());
  house.says("alice", "HELLO");
  CHECK(house.kinds_heard("alice") == "SESSION_INFO COORDINATOR_STATUS"); // and what has become of its own
  const auto sequence = house.facts().sequence();
  house.restart(0s);
  CHECK(house.facts().sequence() == sequence + 1);
  CHECK(house.facts().totals().expired_intents == 2);
}

TEST_CASE("a session that has recovered a hundred times has had a hundred epochs, and one clock",
          "[11.4-07][12.7-02]") {
  pure_house house;
  house.join("alice");
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto before = house.facts().lamport();
    house.restart(1s);
    CHECK(house.facts().origin().epoch == i + 2);
    CHECK(house.facts().is_recovering());
    CHECK(house.facts().lamport() >= before);
    CHECK(house.facts().people().seated() == 0);
    house.join("alice");
    CHECK_FALSE(house.facts().is_recovering());
    CHECK(house.facts().lamport() > before);
  }
}
