// Every row of the operation's table (SPEC 16.6.1).
#include "protocol/lifecycle/operation_lifecycle.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <vector>

using namespace mpac::protocol;

namespace {

using state = operation_state;
using event = operation_event;

constexpr int number_of_events = static_cast<int>(event::reassociated) + 1;

std::vector<event> all_events() {
  std::vector<event> all;
  for (int i = 0; i < number_of_events; ++i)
    all.push_back(static_cast<event>(i));
  return all;
}

} // namespace

TEST_CASE("an OP_PROPOSE is PROPOSED") {
  CHECK(next(state::none, event::proposed) == state::proposed);
}

TEST_CASE("a post_commit OP_COMMIT is COMMITTED at once", "[16.6.1-02]") {
  CHECK(next(state::none, event::declared) == state::committed);
}

TEST_CASE("the first pre_commit OP_COMMIT is PROPOSED") {
  CHECK(next(state::none, event::requested) == state::proposed);
}

TEST_CASE("authorisation leaves an operation PROPOSED") {
  CHECK(next(state::proposed, event::authorised) == state::proposed);
}

TEST_CASE("completion makes a PROPOSED operation COMMITTED") {
  CHECK(next(state::proposed, event::completed) == state::committed);
}

TEST_CASE("an OP_REJECT ends a PROPOSED operation") {
  CHECK(next(state::proposed, event::rejected) == state::rejected);
}

TEST_CASE("the end of its intent rejects a PROPOSED operation") {
  CHECK(next(state::proposed, event::intent_terminated) == state::rejected);
}

TEST_CASE("suspension of its intent freezes a PROPOSED operation") {
  CHECK(next(state::proposed, event::intent_suspended) == state::frozen);
}

TEST_CASE("a PROPOSED operation is abandoned with its sender") {
  CHECK(next(state::proposed, event::sender_unavailable) == state::abandoned);
}

TEST_CASE("a FROZEN operation is PROPOSED again with its intent") {
  CHECK(next(state::frozen, event::intent_restored) == state::proposed);
}

TEST_CASE("the end of its intent rejects a FROZEN operation") {
  CHECK(next(state::frozen, event::intent_terminated) == state::rejected);
}

TEST_CASE("an OP_SUPERSEDE supersedes a COMMITTED operation") {
  CHECK(next(state::committed, event::superseded) == state::superseded);
}

TEST_CASE("the entries of a post_commit batch are COMMITTED at once", "[16.6.1-13]") {
  CHECK(next(state::none, event::batch_declared) == state::committed);
}

TEST_CASE("the entries of a first pre_commit batch are PROPOSED") {
  CHECK(next(state::none, event::batch_requested) == state::proposed);
}

TEST_CASE("completion of a batch makes its PROPOSED entries COMMITTED") {
  CHECK(next(state::proposed, event::batch_completed) == state::committed);
}

TEST_CASE("a proposal may be carried out in post_commit", "[O-106]") {
  CHECK(next(state::proposed, event::proposal_carried_out) == state::committed);
}

TEST_CASE("a pending operation may move to another intent within the grace", "[O-104]") {
  CHECK(next(state::proposed, event::reassociated) == state::superseded);
  CHECK(next(state::frozen, event::reassociated) == state::superseded);
  CHECK_FALSE(next(state::committed, event::reassociated));
}

TEST_CASE("a FROZEN operation may be rejected but not committed", "[O-110]") {
  CHECK(next(state::frozen, event::rejected) == state::rejected);
  CHECK_FALSE(next(state::frozen, event::completed));
  CHECK_FALSE(next(state::frozen, event::batch_completed));
  CHECK_FALSE(next(state::frozen, event::proposal_carried_out));
  CHECK_FALSE(next(state::frozen, event::authorised));
}

TEST_CASE("a FROZEN operation is abandoned with its sender", "[O-068]") {
  CHECK(next(state::frozen, event::sender_unavailable) == state::abandoned);
}

TEST_CASE("every other transition of an operation is refused", "[O-110]") {
  CHECK(operation_transitions.size() == 20);
  for (const auto each : all_events())
    CHECK(next(state::committed, each).has_value() == (each == event::superseded));
  for (const auto each : {event::proposed, event::declared, event::requested, event::batch_declared,
                          event::batch_requested, event::superseded, event::intent_restored})
    CHECK_FALSE(next(state::proposed, each));
}

TEST_CASE("a COMMITTED operation outlives its intent", "[15.7-07]") {
  CHECK_FALSE(next(state::committed, event::intent_terminated));
  CHECK_FALSE(next(state::committed, event::intent_suspended));
}

TEST_CASE("nothing leaves a terminal operation, and COMMITTED is not one", "[16.6.1-16]") {
  for (const auto end : {state::rejected, state::abandoned, state::superseded}) {
    CHECK(is_terminal(end));
    for (const auto each : all_events())
      CHECK_FALSE(next(end, each));
  }
  for (const auto living : {state::none, state::proposed, state::frozen, state::committed})
    CHECK_FALSE(is_terminal(living));
}

TEST_CASE("COMMITTED, REJECTED, ABANDONED and SUPERSEDED are settled", "[16.6.1-17]") {
  for (const auto settled : {state::committed, state::rejected, state::abandoned, state::superseded})
    CHECK(is_settled(settled));
  for (const auto pending : {state::none, state::proposed, state::frozen})
    CHECK_FALSE(is_settled(pending));
}

TEST_CASE("the wire's words for operation states come and go", "[16.6-01]") {
  CHECK(to_string(state::proposed) == "PROPOSED");
  CHECK(to_string(state::frozen) == "FROZEN");
  CHECK(to_string(state::committed) == "COMMITTED");
  CHECK(to_string(state::rejected) == "REJECTED");
  CHECK(to_string(state::abandoned) == "ABANDONED");
  CHECK(to_string(state::superseded) == "SUPERSEDED");
  for (const auto each : all_operation_states)
    CHECK(operation_state_from_string(to_string(each)) == each);
  CHECK(to_string(state::none).empty());
  CHECK_FALSE(operation_state_from_string(""));
  CHECK_FALSE(operation_state_from_string("DRAFT"));
}

TEST_CASE("an operation never leaves the end, whatever happens to it", "[16.6.1-16]") {
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
