// How people leave their seats: what is still told to them, and what they have to ask for again.
#include "actors/seating.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::tests;

namespace {

/// One seat that waits for what it missed, and a frame that waits behind that.
struct waiting_seat {
  waiting_seat() {
    attach mail{1, out, {}};
    seats.add(mail);
    REQUIRE(seats.begins_to_catch_up(1));
    seats.say(1, protocol::frame::of("told meanwhile"));
    (void)seats.send(base::never);
    REQUIRE(out->inbox.empty());
  }
  using attach = actors::attach;
  std::shared_ptr<recording_outbox> out = std::make_shared<recording_outbox>();
  actors::seating seats{nullptr};
};

} // namespace

TEST_CASE("who comes back after a restart is told nothing that lies behind a gap: it would ask for too little",
          "[12.8-01][8.1.1.3-01]") {
  waiting_seat one;
  one.seats.dismiss_all(actors::farewell::service_restart, "service restart", 7);
  one.seats.say_farewells(6);
  CHECK_FALSE(one.out->farewell);
  one.seats.say_farewells(7);
  CHECK(one.out->inbox.empty());
  REQUIRE(one.out->farewell);
  CHECK(one.out->farewell->first == actors::farewell::service_restart);
  CHECK_FALSE(one.seats.catch_up(1, {protocol::frame::of("missed")})); // the journal's answer comes too late
}

TEST_CASE("who goes for good is told what waits, for it will not ask again", "[9.6.1-01][12.8-01]") {
  waiting_seat one;
  one.seats.dismiss_all(actors::farewell::going_away, "the hub stops", 7);
  one.seats.say_farewells(7);
  CHECK(one.out->inbox == std::deque<std::string>{"told meanwhile"});
  REQUIRE(one.out->farewell);
  CHECK(one.out->farewell->first == actors::farewell::going_away);
}
