// The seven rules of the Lamport clock (SPEC 12.7).
#include "protocol/lamport_clock.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <stdexcept>

using namespace mpac::protocol;

TEST_CASE("a clock starts at 0", "[12.7-01][12.7-02]") {
  CHECK(lamport_clock{}.value() == 0);
}

TEST_CASE("sending counts one up and stamps the result", "[12.7-03]") {
  lamport_clock clock;
  CHECK(clock.next() == 1);
  CHECK(clock.next() == 2);
  CHECK(clock.value() == 2);
}

TEST_CASE("receiving goes one above the greater of both", "[12.7-04]") {
  lamport_clock clock;
  CHECK(*clock.receive(10) == 11);
  CHECK(*clock.receive(3) == 12);
  CHECK(*clock.receive(12) == 13);
}

TEST_CASE("the coordinator answers above what it received", "[12.7-05]") {
  lamport_clock clock;
  REQUIRE(clock.receive(7).has_value());
  CHECK(clock.next() == 9);
}

TEST_CASE("a message without a value ticks like one with 0", "[O-011]") {
  lamport_clock clock;
  CHECK(*clock.receive(std::nullopt) == 1);
}

TEST_CASE("a snapshot restores the counter, then the log replays above it", "[12.7-02][12.7-06][12.7-07]") {
  lamport_clock before;
  REQUIRE(before.receive(40).has_value());
  lamport_clock after;
  after.restore(before.value());
  CHECK(after == before);
  after.replay(60);
  CHECK(after.value() == 61);
  after.replay(5);
  CHECK(after.value() == 62);
}

TEST_CASE("a value too far ahead is refused and changes nothing", "[O-013]") {
  lamport_clock clock(100);
  CHECK(*clock.receive(100) == 101);
  CHECK(clock.receive(202).error() == clock_refusal::too_far_ahead);
  CHECK(clock.value() == 101);
  CHECK(*clock.receive(201) == 202);
  CHECK(lamport_clock{}.receive(lamport_clock::default_step).has_value());
  CHECK(lamport_clock{}.receive(lamport_clock::default_step + 1).error() == clock_refusal::too_far_ahead);
}

TEST_CASE("replay takes any step, it was judged when it first came", "[12.7-07][O-013]") {
  lamport_clock clock(1);
  clock.replay(1000);
  CHECK(clock.value() == 1001);
}

TEST_CASE("no clock passes 2^53-1", "[O-007]") {
  lamport_clock clock(largest_counter);
  CHECK(clock.receive(largest_counter).error() == clock_refusal::beyond_limit);
  CHECK(*clock.receive(largest_counter - 1) == largest_counter);
  CHECK(clock.receive(0).error() == clock_refusal::beyond_limit);
  CHECK_THROWS_AS(clock.next(), std::overflow_error);
  CHECK_THROWS_AS(clock.replay(0), std::overflow_error);
  CHECK_THROWS_AS(clock.restore(largest_counter + 1), std::overflow_error);
  CHECK(clock.value() == largest_counter);
}

TEST_CASE("the values of one incarnation rise strictly", "[12.7-08][12.7-09]") {
  lamport_frontier frontier;
  CHECK(frontier.advance(0));
  CHECK(frontier.advance(5));
  CHECK_FALSE(frontier.advance(5));
  CHECK_FALSE(frontier.advance(4));
  CHECK(frontier.last() == 5);
}

TEST_CASE("a new incarnation may start at 0 again", "[12.7-12]") {
  lamport_frontier old_one, new_one;
  REQUIRE(old_one.advance(90));
  CHECK(new_one.advance(0));
}

TEST_CASE("whatever arrives, a clock only rises", "[12.7-03][12.7-04][12.7-08]") {
  CHECK(rc::check([](const std::vector<std::uint64_t>& inbox) {
    lamport_clock clock;
    for (const auto value : inbox) {
      const auto before = clock;
      const auto received = clock.receive(value);
      if (!received) {
        RC_ASSERT(clock == before);
        continue;
      }
      RC_ASSERT(*received > before.value());
      RC_ASSERT(*received > value);
      RC_ASSERT(clock.next() == *received + 1);
      RC_ASSERT(clock.value() <= largest_counter);
    }
  }));
}
