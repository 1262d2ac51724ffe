// A mistake in any handler of a session ends that session alone, with its reason, and closes its connections with 1011.
#include "actors/participant.hpp"
#include "actors/session.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

#include <caf/all.hpp>

#include <stdexcept>

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

/// Throws at one outcome of a decision, once it is absorbed and before it is kept.
class clumsy_observer final : public actors::observer {
public:
  void decided(const protocol::session_id&, const protocol::decision& what) override {
    if (what.cause.outcome == trips_over)
      throw std::runtime_error("tripped over " + trips_over);
  }
  void session_failed(const protocol::session_id&, const std::string& why, bool) override { failures.push_back(why); }
  void message_poisoned(const protocol::session_id&, const std::string&) override { ++poisoned; }

  std::string trips_over;
  std::vector<std::string> failures;
  int poisoned = 0;
};

/// A session of its own in a house where others go on.
struct clumsy_session {
  clumsy_session() {
    protocol::session_origin origin;
    origin.id = protocol::session_id("one");
    actors::session_surroundings around;
    around.journal = house.journal();
    around.watch = watch;
    room = house.system().spawn(actors::session_room, std::make_shared<protocol::session>(std::move(origin)), around);
    alice = house.system().spawn(actors::participant_of, protocol::seat_number{1000}, room,
                                 std::shared_ptr<actors::outbox>(out), std::shared_ptr<actors::observer>(watch),
                                 std::shared_ptr<const actors::safeguards>{}, actors::peer_facts{});
    message_writer writer(protocol::session_id("one"));
    const auto hello = protocol::frame::of(writer.write("alice", read_notation("HELLO"), house.now()));
    actors::letters mail;
    mail.when = house.now();
    protocol::decoder opener;
    auto opened = opener.decode(hello, protocol::strictness::lenient);
    REQUIRE(opened.has_value());
    mail.all.push_back({std::get<protocol::envelope>(std::move(*opened)), hello});
    caf::anon_send(alice, std::move(mail));
    house.run();
    REQUIRE(out->is_admitted);
    house.join("bob", "two");
  }

  actor_house house;
  std::shared_ptr<clumsy_observer> watch = std::make_shared<clumsy_observer>();
  std::shared_ptr<recording_outbox> out = std::make_shared<recording_outbox>();
  actors::session_actor room;
  actors::participant_actor alice;
};

} // namespace

TEST_CASE("a mistake in any handler ends the session alone and names the reason", "[supervision]") {
  clumsy_session here;
  const auto trip = [&](const std::string& outcome, auto&& act) {
    here.watch->trips_over = outcome;
    act();
    here.house.run();
    REQUIRE(here.watch->failures.size() == 1);
    CHECK(here.watch->failures[0].find("tripped over " + outcome) != std::string::npos);
    CHECK(here.watch->poisoned == 0);
  };
  SECTION("a deadline") {
    trip("heartbeat", [&] { here.house.wait(60s); });
    CHECK(here.out->farewell->first == actors::farewell::failed);
  }
  SECTION("a sign of life") {
    trip("alive", [&] { caf::anon_send(here.alice, actors::pulse{here.house.now() + 10s}); });
    CHECK(here.out->farewell->first == actors::farewell::failed);
  }
  SECTION("the operator's close") {
    trip("closed", [&] { caf::anon_send(here.room, actors::close_session{}); });
    CHECK(here.out->farewell->first == actors::farewell::failed);
  }
  SECTION("a connection that goes") {
    trip("vacated", [&] { caf::anon_send(here.alice, actors::line_gone{}); });
  }
  (void)here.house.heard("bob");
  here.house.says("bob", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  CHECK(here.house.hears("bob", "INTENT_ANNOUNCE"));
  CHECK_FALSE(here.house.closed_with("bob"));
}

TEST_CASE("a decision that was absorbed and could not be kept is never passed over", "[supervision]") {
  // Else the journal would have a gap, and the sender would be told that nothing changed.
  clumsy_session here;
  here.watch->trips_over = "accepted";
  message_writer writer(protocol::session_id("one"));
  (void)writer.write("alice", read_notation("HELLO"), here.house.now());
  const auto frame = protocol::frame::of(
      writer.write("alice", read_notation("INTENT_ANNOUNCE intent_id=i1 scope=[a.py]"), here.house.now()));
  protocol::decoder opener;
  auto opened = opener.decode(frame, protocol::strictness::lenient);
  REQUIRE(opened.has_value());
  actors::letters mail;
  mail.when = here.house.now();
  mail.all.push_back({std::get<protocol::envelope>(std::move(*opened)), frame});
  caf::anon_send(here.alice, std::move(mail));
  here.house.run();
  CHECK(here.watch->failures.size() == 1);
  CHECK(here.watch->poisoned == 0);
  CHECK(here.out->farewell->first == actors::farewell::failed);
}
