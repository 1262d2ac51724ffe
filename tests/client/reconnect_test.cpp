// What becomes of a participant when its connection breaks or its hub goes.
#include "client/participant.hpp"

#include "tests/client/line.hpp"
#include "tests/client/visited_hub.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using boost::asio::io_context;

TEST_CASE("a participant comes back by itself and hears what it has missed", "[12.7][12.8]") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    line wire(loop, hub.port());
    participant alice(loop.get_executor(), visitor(wire.url(), "alice"));
    participant bob(loop.get_executor(), visitor(hub.url(), "bob"));
    value_of(co_await alice.join());
    value_of(co_await bob.join());
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    const auto instance = alice.instance();
    const auto clock = alice.lamport();

    wire.tear();
    const auto broken = co_await until<connection_lost>(alice);
    CHECK(broken.attempt == 1);
    CHECK(broken.retry_after);
    CHECK_FALSE(alice.is_connected());
    const auto got_1 = error_of(co_await alice.announce(work_on("i-2", "b.py")));
    CHECK(got_1.why == obstacle::not_connected);
    value_of(co_await bob.announce(work_on("i-bob", "b.py")));
    wire.mend();

    const auto got_2 = co_await until<joined>(alice);
    CHECK(got_2.is_return);
    const auto missed = co_await until<heard<intent_announce>>(alice);
    CHECK(missed.said.intent_id == intent_id("i-bob"));
    CHECK(missed.from.is_missed);
    const auto got_3 = co_await until<caught_up>(alice);
    CHECK(got_3.is_complete);
    CHECK(alice.is_connected());
    CHECK(alice.instance() == instance);
    CHECK(alice.lamport() > clock);
    auto going_4 = alice.withdraw({intent_id("i-alice"), {}});
    value_of(co_await std::move(going_4)); // its intent is still there
  });
}

TEST_CASE("an answer that was lost with the connection is found among what was missed", "[12.8]") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    line wire(loop, hub.port());
    participant alice(loop.get_executor(), visitor(wire.url(), "alice"));
    participant bob(loop.get_executor(), visitor(hub.url(), "bob"));
    value_of(co_await alice.join());
    value_of(co_await bob.join());

    wire.hold_answers();
    const auto cut_when_heard = [&]() -> awaitable<void> {
      co_await until<heard<intent_announce>>(bob); // so the hub has taken it
      wire.cut();
    };
    boost::asio::co_spawn(loop, cut_when_heard(), [](std::exception_ptr) {});
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    CHECK(bob.view().intents().size() == 1);

    SECTION("a refusal too") {
      wire.hold_answers();
      const auto cut_after = [&]() -> awaitable<void> {
        // Told to everybody by a message that the hub takes after the refused one.
        co_await until<heard<intent_update>>(bob);
        wire.cut();
      };
      boost::asio::co_spawn(loop, cut_after(), [](std::exception_ptr) {});
      base::result<receipt, request_error> updated = base::fail(request_error{});
      bool is_updated = false;
      const auto refused = [&]() -> awaitable<base::result<receipt, request_error>> {
        auto going_5 = alice.withdraw({intent_id("nobody's"), {}});
        co_return co_await std::move(going_5);
      };
      base::result<receipt, request_error> answer = base::fail(request_error{});
      boost::asio::co_spawn(loop, refused(), [&](std::exception_ptr, base::result<receipt, request_error> got) {
        answer = std::move(got);
        is_updated = true;
      });
      intent_update more;
      more.intent_id = intent_id("i-alice");
      more.objective = "still work";
      value_of(co_await alice.update(more));
      REQUIRE(is_updated); // it was asked before
      CHECK(error_of(std::move(answer)).is(error_code::invalid_reference));
    }
  });
}

TEST_CASE("a request that never arrived is known not to have been taken") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    line wire(loop, hub.port());
    participant alice(loop.get_executor(), visitor(wire.url(), "alice"));
    value_of(co_await alice.join());
    co_await until<joined>(alice);
    value_of(co_await alice.announce(work_on("first", "b.py"))); // it comes back, so others would have
    wire.cut();                                                  // alice does not know yet
    const auto lost = error_of(co_await alice.announce(work_on("i", "a.py")));
    CHECK(lost.why == obstacle::connection_lost);
    CHECK(lost.is_known_not_taken);
    const auto got_6 = co_await alice.connected(20s);
    REQUIRE(got_6);
    value_of(co_await alice.announce(work_on("i", "a.py"))); // so it is sent again
  });
}

TEST_CASE("a hub that restarts on a durable store has its participants back, one epoch later", "[8.1.1.3]") {
  visited_hub hub([](config::settings& how) { how.store.engine = config::store_engine::rocksdb; });
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub.url(), "alice"));
    participant bob(loop.get_executor(), visitor(hub.url(), "bob"));
    value_of(co_await alice.join());
    value_of(co_await bob.join());
    const auto got_7 = co_await until<joined>(alice);
    CHECK(got_7.coordinator_epoch == 1);
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));

    hub.restart(); // on the thread that made it, as an actor system wants it
    const auto back = co_await until<joined>(alice);
    CHECK(back.is_return);
    CHECK(back.coordinator_epoch == 2);
    auto going_8 = until<heard<coordinator_status>>(
        alice, [](const auto& each) { return each.said.event.is(coordinator_event::recovered); });
    const auto told = co_await std::move(going_8);
    CHECK(told.from.is_coordinator);
    const auto got_9 = co_await until<caught_up>(alice);
    CHECK(got_9.is_complete);
    const auto got_10 = co_await bob.connected(20s);
    REQUIRE(got_10);
    value_of(co_await bob.overview());
    CHECK(bob.view().others_holding("a.py").size() == 1);
    auto going_11 = alice.withdraw({intent_id("i-alice"), {}});
    value_of(co_await std::move(going_11));
  });
}

TEST_CASE("a connection over which nothing comes is made anew", "[8.1.1.1]") {
  visited_hub hub(
      [](config::settings& how) { how.session.policy.liveness.heartbeat_interval = std::chrono::milliseconds{50}; });
  play([&](io_context& loop) -> awaitable<void> {
    line wire(loop, hub.port());
    participant alice(loop.get_executor(), visitor(wire.url(), "alice"));
    value_of(co_await alice.join());
    co_await until<heard<coordinator_status>>(alice);
    wire.hold_answers();
    co_await until<coordinator_silent>(alice);
    CHECK_FALSE(alice.hears_coordinator());
    const auto got_12 = co_await until<connection_lost>(alice);
    CHECK(got_12.why == "the coordinator is silent");
    co_await until<coordinator_back>(alice);
    const auto got_13 = co_await alice.connected(20s);
    REQUIRE(got_13);
    CHECK(alice.hears_coordinator());
  });
}

TEST_CASE("a participant that is told to gives up after so many attempts") {
  // A hub that keeps its sessions pauses them; one that does not ends them with it.
  visited_hub hub([](config::settings& how) { how.store.engine = config::store_engine::rocksdb; });
  play([&](io_context& loop) -> awaitable<void> {
    auto how = visitor(hub.url(), "alice");
    how.reconnect.attempts = 2;
    participant alice(loop.get_executor(), how);
    value_of(co_await alice.join());
    hub.stop();
    std::size_t attempts = 0;
    for (;;) {
      const auto each = co_await alice.next_event();
      if (const auto* lost = std::get_if<connection_lost>(&each))
        attempts += lost->retry_after.has_value();
      if (const auto* end = std::get_if<ended>(&each)) {
        CHECK(end->is == ended::reason::gave_up);
        break;
      }
    }
    CHECK(attempts == 2);
    const auto got_14 = error_of(co_await alice.overview());
    CHECK(got_14.why == obstacle::session_over);
    const auto got_15 = co_await alice.connected(20s);
    CHECK_FALSE(got_15);
  });
}

TEST_CASE("a participant may go while it is asking") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    line wire(loop, hub.port());
    auto alice = std::make_unique<participant>(loop.get_executor(), visitor(wire.url(), "alice"));
    value_of(co_await alice->join());
    wire.hold_answers();
    base::result<receipt, request_error> answer = base::fail(request_error{});
    bool is_there = false;
    boost::asio::co_spawn(loop, alice->announce(work_on("i", "a.py")),
                          [&](std::exception_ptr, base::result<receipt, request_error> got) {
                            answer = std::move(got);
                            is_there = true;
                          });
    participant bob(loop.get_executor(), visitor(hub.url(), "bob"));
    value_of(co_await bob.join());
    CHECK_FALSE(is_there);
    alice.reset();
    value_of(co_await bob.overview());
    REQUIRE(is_there);
    CHECK(error_of(std::move(answer)).why == obstacle::session_over);
  });
}

TEST_CASE("a message larger than the hub takes ends its request for good, and the participant goes on") {
  visited_hub hub([](config::settings& how) { how.listen.max_message_bytes = 64 * 1024; });
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub.url(), "alice"));
    value_of(co_await alice.join());
    auto large = work_on("i-large", "a.py");
    SECTION("a little larger") {
      large.objective.assign(80 * 1024, 'x');
    }
    SECTION("so large that the hub closes while it is written") {
      large.objective.assign(32 * 1024 * 1024, 'x');
    }
    const auto refused = error_of(co_await alice.announce(large));
    CHECK(refused.why == obstacle::too_large);
    const auto is_back = co_await alice.connected(20s);
    REQUIRE(is_back);
    value_of(co_await alice.announce(work_on("i-small", "a.py")));
    std::size_t breaks = 0;
    while (const auto each = alice.take_event())
      breaks += std::holds_alternative<connection_lost>(*each);
    CHECK(breaks == 1);
  });
}

TEST_CASE("a HELLO that is larger than the hub takes is not said again") {
  visited_hub hub([](config::settings& how) { how.listen.max_message_bytes = 64 * 1024; });
  play([&](io_context& loop) -> awaitable<void> {
    auto how = visitor(hub.url(), "alice");
    how.who.display_name.assign(80 * 1024, 'x');
    participant alice(loop.get_executor(), how);
    const auto refused = error_of(co_await alice.join());
    CHECK(refused.why == obstacle::too_large);
    CHECK_FALSE(may_pass(refused));
  });
}

TEST_CASE("leaving ends when the connection does, without coming back for an answer") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    line wire(loop, hub.port());
    participant alice(loop.get_executor(), visitor(wire.url(), "alice"));
    value_of(co_await alice.join());
    SECTION("while GOODBYE is under way") {
      wire.cut(); // alice does not know yet
      const auto left = error_of(co_await alice.leave());
      CHECK(left.why == obstacle::connection_lost);
    }
    SECTION("before it") {
      wire.tear();
      co_await until<connection_lost>(alice);
      const auto left = error_of(co_await alice.leave());
      CHECK(left.why == obstacle::not_connected);
    }
    for (;;) {
      const auto each = co_await alice.next_event();
      if (const auto* back = std::get_if<joined>(&each))
        CHECK_FALSE(back->is_return);
      if (const auto* end = std::get_if<ended>(&each)) {
        CHECK(end->is == ended::reason::left);
        break;
      }
    }
  });
}
