// Every row of the intent's table (SPEC 15.6.1).
#include "protocol/lifecycle/intent_lifecycle.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <vector>

using namespace mpac::protocol;

namespace {

using state = intent_state;
using event = intent_event;

constexpr int number_of_events = static_cast<int>(event::resolution_rejected) + 1;

std::vector<event> all_events() {
  std::vector<event> all;
  for (int i = 0; i < number_of_events; ++i)
    all.push_back(static_cast<event>(i));
  return all;
}

} // namespace

TEST_CASE("an announced intent is ACTIVE", "[15.6.1-01]") {
  CHECK(next(state::none, event::announced) == state::active);
}

TEST_CASE("an update leaves an intent ACTIVE", "[15.6.1-02]") {
  CHECK(next(state::active, event::updated) == state::active);
}

TEST_CASE("an ACTIVE intent can be withdrawn", "[15.6.1-03]") {
  CHECK(next(state::active, event::withdrawn) == state::withdrawn);
}

TEST_CASE("an ACTIVE intent expires when its TTL is over", "[15.6.1-04]") {
  CHECK(next(state::active, event::ttl_over) == state::expired);
}

TEST_CASE("an ACTIVE intent is superseded by a new one of its owner", "[15.6.1-05]") {
  CHECK(next(state::active, event::superseded) == state::superseded);
}

TEST_CASE("an ACTIVE intent is suspended when its owner is unavailable", "[15.6.1-06]") {
  CHECK(next(state::active, event::owner_unavailable) == state::suspended);
}

TEST_CASE("an ACTIVE intent is suspended when its owner leaves it to be claimed", "[15.6.1-07]") {
  CHECK(next(state::active, event::owner_left_to_transfer) == state::suspended);
}

TEST_CASE("a SUSPENDED intent is ACTIVE again when its owner returns", "[15.6.1-08]") {
  CHECK(next(state::suspended, event::owner_returned) == state::active);
}

TEST_CASE("a SUSPENDED intent is transferred by an approved claim") {
  CHECK(next(state::suspended, event::claim_approved) == state::transferred);
}

TEST_CASE("a SUSPENDED intent expires when its TTL is over", "[15.6.1-10]") {
  CHECK(next(state::suspended, event::ttl_over) == state::expired);
}

TEST_CASE("an intent that a resolution rejected is withdrawn", "[O-083]") {
  CHECK(next(state::active, event::resolution_rejected) == state::withdrawn);
  CHECK(next(state::suspended, event::resolution_rejected) == state::withdrawn);
}

TEST_CASE("every other transition of an intent is refused", "[15.6.1-11]") {
  CHECK(intent_transitions.size() == 12);
  CHECK_FALSE(next(state::active, event::announced));
  CHECK_FALSE(next(state::active, event::claim_approved));
  CHECK_FALSE(next(state::active, event::owner_returned));
  CHECK_FALSE(next(state::suspended, event::updated));
  CHECK_FALSE(next(state::suspended, event::withdrawn));
  CHECK_FALSE(next(state::suspended, event::superseded));
  CHECK_FALSE(next(state::suspended, event::owner_unavailable));
  for (const auto each : all_events())
    CHECK(next(state::none, each).has_value() == (each == event::announced));
}

TEST_CASE("nothing leaves a terminal intent", "[15.6.1-12]") {
  CHECK_FALSE(is_terminal(state::none));
  CHECK_FALSE(is_terminal(state::active));
  CHECK_FALSE(is_terminal(state::suspended));
  for (const auto end : {state::withdrawn, state::expired, state::superseded, state::transferred}) {
    CHECK(is_terminal(end));
    for (const auto each : all_events())
      CHECK_FALSE(next(end, each));
  }
}

TEST_CASE("the wire's words for intent states come and go") {
  CHECK(to_string(state::active) == "ACTIVE");
  CHECK(to_string(state::suspended) == "SUSPENDED");
  CHECK(to_string(state::withdrawn) == "WITHDRAWN");
  CHECK(to_string(state::expired) == "EXPIRED");
  CHECK(to_string(state::superseded) == "SUPERSEDED");
  CHECK(to_string(state::transferred) == "TRANSFERRED");
  for (const auto each : all_intent_states)
    CHECK(intent_state_from_string(to_string(each)) == each);
  CHECK(to_string(state::none).empty());
  CHECK_FALSE(intent_state_from_string(""));
  CHECK_FALSE(intent_state_from_string("active"));
}

TEST_CASE("an intent never leaves the end, whatever happens to it", "[15.6.1-11][15.6.1-12]") {
  CHECK(rc::check([] {
    state now = state::none;
    for (int step = *rc::gen::inRange(0, 30); step-- > 0;) {
      const auto after = next(now, static_cast<event>(*rc::gen::inRange(0, number_of_events)));
      RC_ASSERT(!is_terminal(now) || !after);
      RC_ASSERT(!after || *after != state::none);
      now = after.value_or(now);
    }
  }));
}
