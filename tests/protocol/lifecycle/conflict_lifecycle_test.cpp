// Every row of the conflict's table (SPEC 17.8.1).
#include "protocol/lifecycle/conflict_lifecycle.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <vector>

using namespace mpac::protocol;

namespace {

using state = conflict_state;
using event = conflict_event;

constexpr int number_of_events = static_cast<int>(event::archived) + 1;

std::vector<event> all_events() {
  std::vector<event> all;
  for (int i = 0; i < number_of_events; ++i)
    all.push_back(static_cast<event>(i));
  return all;
}

} // namespace

TEST_CASE("a reported conflict is OPEN", "[17.8.1-01]") {
  CHECK(next(state::none, event::reported) == state::open);
}

TEST_CASE("an acknowledgement makes an OPEN conflict ACKED", "[17.8.1-02]") {
  CHECK(next(state::open, event::acknowledged) == state::acked);
}

TEST_CASE("an OPEN conflict can be escalated", "[17.8.1-03]") {
  CHECK(next(state::open, event::escalated) == state::escalated);
}

TEST_CASE("an OPEN conflict can be resolved", "[17.8.1-04]") {
  CHECK(next(state::open, event::resolved) == state::resolved);
}

TEST_CASE("an OPEN conflict is dismissed when all it is about has ended", "[17.8.1-05]") {
  CHECK(next(state::open, event::entities_terminated) == state::dismissed);
}

TEST_CASE("an OPEN conflict is closed by phase 3") {
  CHECK(next(state::open, event::phase_3_fallback) == state::closed);
}

TEST_CASE("an ACKED conflict can be escalated", "[17.8.1-07]") {
  CHECK(next(state::acked, event::escalated) == state::escalated);
}

TEST_CASE("an ACKED conflict can be resolved", "[17.8.1-08]") {
  CHECK(next(state::acked, event::resolved) == state::resolved);
}

TEST_CASE("an ACKED conflict is dismissed when all it is about has ended", "[17.8.1-09]") {
  CHECK(next(state::acked, event::entities_terminated) == state::dismissed);
}

TEST_CASE("an ESCALATED conflict can be resolved", "[17.8.1-10]") {
  CHECK(next(state::escalated, event::resolved) == state::resolved);
}

TEST_CASE("an ESCALATED conflict is dismissed when all it is about has ended", "[17.8.1-11]") {
  CHECK(next(state::escalated, event::entities_terminated) == state::dismissed);
}

TEST_CASE("a RESOLVED conflict is closed once its resolution is processed", "[17.8.1-12]") {
  CHECK(next(state::resolved, event::archived) == state::closed);
}

TEST_CASE("phase 3 closes ACKED and ESCALATED conflicts too", "[O-121]") {
  CHECK(next(state::acked, event::phase_3_fallback) == state::closed);
  CHECK(next(state::escalated, event::phase_3_fallback) == state::closed);
}

TEST_CASE("a second acknowledgement or escalation moves nothing", "[O-117]") {
  CHECK_FALSE(next(state::acked, event::acknowledged));
  CHECK_FALSE(next(state::escalated, event::acknowledged));
  CHECK_FALSE(next(state::escalated, event::escalated));
}

TEST_CASE("a RESOLVED conflict can only be closed", "[17.8.1-12]") {
  CHECK(conflict_transitions.size() == 14);
  for (const auto each : all_events())
    CHECK(next(state::resolved, each).has_value() == (each == event::archived));
}

TEST_CASE("nothing leaves a CLOSED or DISMISSED conflict", "[17.8.1-13]") {
  for (const auto end : {state::closed, state::dismissed}) {
    CHECK(is_terminal(end));
    for (const auto each : all_events())
      CHECK_FALSE(next(end, each));
  }
  for (const auto living : {state::none, state::open, state::acked, state::escalated, state::resolved})
    CHECK_FALSE(is_terminal(living));
}

TEST_CASE("a conflict is settled once nobody needs to decide any more") {
  for (const auto settled : {state::resolved, state::closed, state::dismissed})
    CHECK(is_settled(settled));
  for (const auto pending : {state::none, state::open, state::acked, state::escalated})
    CHECK_FALSE(is_settled(pending));
}

TEST_CASE("the wire's words for conflict states come and go", "[17.8-01]") {
  CHECK(to_string(state::open) == "OPEN");
  CHECK(to_string(state::acked) == "ACKED");
  CHECK(to_string(state::escalated) == "ESCALATED");
  CHECK(to_string(state::resolved) == "RESOLVED");
  CHECK(to_string(state::closed) == "CLOSED");
  CHECK(to_string(state::dismissed) == "DISMISSED");
  for (const auto each : all_conflict_states)
    CHECK(conflict_state_from_string(to_string(each)) == each);
  CHECK(to_string(state::none).empty());
  CHECK_FALSE(conflict_state_from_string(""));
  CHECK_FALSE(conflict_state_from_string("Open"));
}

TEST_CASE("a conflict never leaves the end, whatever happens to it", "[17.8.1-13]") {
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
