// What the onlooker is worth: it is shown deliveries that go wrong, and some that don't.
#include "tests/simulation/onlooker.hpp"
#include "tests/support/catch.hpp"

#include <functional>
#include <span>

using namespace mpac::tests;
using namespace mpac::protocol;
using Catch::Matchers::Contains;

TEST_CASE("frames that are missing, out of order, repeated, of another session or not kept are noticed",
          "[7.7-01][9-01]") {
  const auto say = [](const char* text) { return notice{audience::all(), frame::of(text), voice::participant, 0}; };
  const auto story = [&](const std::function<void(onlooker&, const decision&)>& deliver,
                         bool keeps = true) {
    onlooker watch;
    watch.takes_seat(1, session_id("s0"));
    watch.takes_seat(2, session_id("s1"));
    participant_record joined;
    joined.principal_id = principal_id("p0");
    joined.seat = 1;
    decision made;
    made.sequence = 1;
    made.lamport_after = 1;
    made.events = {participant_joined{joined}};
    made.notices = {say("{}"), say("[]")};
    watch.decided(session_id("s0"), made);
    if (keeps)
      watch.is_kept({session_id("s0"), {std::make_shared<const decision>(made)}, {}}, true);
    deliver(watch, made);
    watch.check_settled();
    return watch.amiss() ? watch.amiss().text() : std::string();
  };
  const auto tell = [](onlooker& watch, seat_number at, const notice& what) {
    watch.delivered_at(at, std::span(&what.frame, 1));
  };
  const auto both = [&](onlooker& watch, const decision& made) {
    tell(watch, 1, made.notices[0]);
    tell(watch, 1, made.notices[1]);
  };
  CHECK(story(both) == "");
  CHECK_THAT(story(both, false), Contains("is told decision 1 when 0 are kept"));
  CHECK_THAT(story([&](auto& watch, const auto& made) { tell(watch, 1, made.notices[0]); }), Contains("still waits"));
  CHECK_THAT(story([&](auto& watch, const auto& made) { tell(watch, 1, made.notices[1]); }), Contains("out of order"));
  CHECK_THAT(story([&](auto& watch, const auto& made) {
               both(watch, made);
               tell(watch, 1, made.notices[1]);
             }),
             Contains("out of order"));
  CHECK_THAT(story([&](auto& watch, const auto& made) {
               both(watch, made);
               tell(watch, 2, made.notices[0]); // the other session's seat
             }),
             Contains("out of order"));
  CHECK_THAT(story([&](auto& watch, const auto& made) {
               both(watch, made);
               watch.expects_answer(1, 7);
             }),
             Contains("never judged"));
}
