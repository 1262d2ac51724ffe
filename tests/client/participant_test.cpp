// Participants in a session of a real hub.
#include "client/participant.hpp"

#include "tests/client/visited_hub.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <fstream>

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using boost::asio::io_context;

namespace {

/// With one file, `a.py`, that holds `one`.
std::unique_ptr<visited_hub> hub_with_a_file(const std::function<void(config::settings&)>& more = {}) {
  static const mpac::tests::temporary_folder folder;
  std::ofstream(folder.path() / "a.py") << "one";
  return std::make_unique<visited_hub>([&](config::settings& how) {
    how.session.workspace_dir = folder.path().string();
    if (more)
      more(how);
  });
}

} // namespace

TEST_CASE("two participants work on a file, from HELLO to GOODBYE",
          "[14.1][15.3][16.3][14.4][23.1.4-C03][8.2-C01][14.1-C01]") {
  const auto hub = hub_with_a_file();
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub->url(), "alice"));
    participant bob(loop.get_executor(), visitor(hub->url(), "bob"));
    const auto info = value_of(co_await alice.join());
    CHECK(info.session_id == session_id("demo"));
    CHECK(info.granted_roles == std::vector<std::string>{"contributor"});
    value_of(co_await bob.join());
    CHECK(alice.is_connected());
    const auto got_1 = co_await until<joined>(alice);
    CHECK(got_1.coordinator_epoch == 1);

    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    const auto heard_of = co_await until<heard<intent_announce>>(bob);
    CHECK(heard_of.from.principal == principal_id("agent:alice"));
    CHECK_FALSE(heard_of.from.is_mine);
    const auto got_2 = co_await until<heard<intent_announce>>(alice);
    CHECK(got_2.from.is_mine);
    CHECK(bob.view().others_holding("a.py").size() == 1);

    const auto files = value_of(co_await alice.list_files());
    REQUIRE(files.files.size() == 1);
    const auto before = value_of(co_await alice.read_file("a.py"));
    CHECK(before.content == "one");
    value_of(co_await alice.commit(change_of("a.py", before.state_ref, "two", "i-alice")));
    const auto got_3 = co_await until<file_updated>(bob);
    CHECK(got_3.updated_by == principal_id("agent:alice"));
    const auto got_4 = value_of(co_await bob.read_file("a.py"));
    CHECK(got_4.content == "two");

    // Somebody was quicker.
    const auto stale = error_of(co_await bob.commit(change_of("a.py", before.state_ref, "three", "i-bob")));
    CHECK(stale.is(error_code::stale_state_ref));
    const auto got_5 = error_of(co_await bob.read_file("b.py"));
    CHECK(got_5.is(error_code::invalid_reference));

    auto going_6 = alice.withdraw({intent_id("i-alice"), "done"});
    value_of(co_await std::move(going_6));
    auto going_7 = alice.withdraw({intent_id("i-alice"), {}});
    const auto gone = error_of(co_await std::move(going_7));
    CHECK(gone.is(error_code::invalid_reference));
    const auto got_8 = value_of(co_await bob.overview());
    CHECK(got_8.active_intent_count == 0);
    CHECK(bob.view().intents().empty());

    value_of(co_await alice.leave());
    const auto got_9 = co_await until<heard<goodbye>>(bob);
    CHECK(got_9.from.principal == principal_id("agent:alice"));
    for (;;) {
      const auto last = co_await alice.next_event();
      if (const auto* end = std::get_if<ended>(&last)) {
        CHECK(end->is == ended::reason::left);
        break;
      }
    }
    const auto got_10 = error_of(co_await alice.announce(work_on("i", "x")));
    CHECK(got_10.why == obstacle::session_over);
    bob.drop();
  });
}

TEST_CASE("who comes later knows what was there before", "[14.2]") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub.url(), "alice"));
    value_of(co_await alice.join());
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    participant bob(loop.get_executor(), visitor(hub.url(), "bob"));
    value_of(co_await bob.join());
    value_of(co_await bob.overview());
    REQUIRE(bob.view().others_holding("a.py").size() == 1);
    CHECK(bob.view().participants().at(principal_id("agent:alice")).display_name == "alice");
  });
}

TEST_CASE("a conflict from its report to its resolution", "[17.2][17.3][17.4][18.4]") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub.url(), "alice"));
    auto carol_is = visitor(hub.url(), "carol");
    carol_is.who.roles = {"arbiter"};
    participant bob(loop.get_executor(), visitor(hub.url(), "bob")), carol(loop.get_executor(), carol_is);
    value_of(co_await alice.join());
    value_of(co_await bob.join());
    value_of(co_await carol.join());
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    value_of(co_await bob.announce(work_on("i-bob", "a.py")));
    value_of(co_await bob.overview()); // all that follows from the announce has been heard
    REQUIRE(bob.view().my_conflicts().size() == 1);
    const auto conflict = bob.view().my_conflicts()[0]->conflict_id;

    auto going_11 = bob.acknowledge({conflict, ack_type::disputed});
    value_of(co_await std::move(going_11));
    auto going_12 = bob.escalate({conflict, principal_id("agent:carol"), "who goes first?", {}});
    value_of(co_await std::move(going_12));
    co_await until<heard<conflict_escalate>>(carol);
    CHECK(carol.view().conflicts().contains(conflict));
    value_of(co_await carol.overview());
    CHECK(carol.view().conflicts().at(conflict).intents.size() == 2);
    auto going_13 = bob.resolve({{}, conflict, decision_kind::approved, {}, "me"});
    const auto got_14 = error_of(co_await std::move(going_13));
    CHECK(got_14.is(error_code::authorization_failed));
    resolution verdict{{}, conflict, decision_kind::rejected, outcome{}, "alice goes first"};
    verdict.outcome->accepted = {"i-alice"};
    verdict.outcome->rejected = {"i-bob"};
    value_of(co_await carol.resolve(verdict));
    co_await until<heard<resolution>>(bob);
    value_of(co_await bob.overview());
    CHECK(bob.view().mine().empty());
    CHECK(bob.view().conflicts().empty());

    // SPEC 15.3.1: not again at once.
    const auto held = error_of(co_await bob.announce(work_on("i-bob-2", "a.py")));
    CHECK(held.why == obstacle::backoff);
    CHECK(held.retry_after.value() > 25s);
    value_of(co_await bob.announce(work_on("i-bob-3", "a.py"), true));
    const auto got_15 = error_of(co_await carol.resolve(verdict));
    CHECK(got_15.is(error_code::resolution_conflict));

    conflict_report report;
    report.related_intents = {intent_id("i-alice"), intent_id("i-bob-3")};
    report.category = conflict_category::semantic_goal_conflict;
    report.severity = severity::low;
    report.basis.emplace().kind = basis_kind::human_report;
    report.description = "they want different things";
    value_of(co_await carol.report(report));
  });
}

TEST_CASE("operations: batches, supersession and rejection", "[16.4][16.5][16.8]") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    auto alice_is = visitor(hub.url(), "alice");
    alice_is.who.roles = {"contributor", "reviewer"};
    participant alice(loop.get_executor(), alice_is);
    value_of(co_await alice.join());
    value_of(co_await alice.announce(work_on("i", "a.py")));
    op_commit first;
    first.op_id = op_id("op-1");
    first.intent_id = intent_id("i");
    first.target = "a.py";
    first.op_kind = "replace";
    first.state_ref_before = "v1";
    first.state_ref_after = "v2";
    value_of(co_await alice.commit(first));
    CHECK(alice.view().files().at("a.py") == "v2");
    auto going_16 = alice.supersede({op_id("op-2"), op_id("op-1"), intent_id("i"), "a.py", "better"});
    value_of(co_await std::move(going_16));

    op_batch_commit batch;
    batch.intent_id = intent_id("i");
    batch.atomicity = atomicity::best_effort;
    batch.operations = {{op_id("op-3"), {}, "b.py", "replace", "w1", "w2", {}},
                        {op_id("op-4"), {}, "a.py", "replace", "stale", "v3", {}}};
    const auto some = value_of(co_await alice.commit_batch(batch));
    CHECK(some.rejected == std::vector{op_id("op-4")});
    batch.batch_id = op_id("batch-2");
    batch.atomicity = atomicity::all_or_nothing;
    batch.operations = {{op_id("op-5"), {}, "b.py", "replace", "stale", "w3", {}},
                        {op_id("op-6"), {}, "c.py", "replace", "x", "y", {}}};
    const auto none = error_of(co_await alice.commit_batch(batch));
    CHECK(none.why == obstacle::rejected);
    CHECK(none.operations == std::vector{op_id("op-5")});

    auto going_17 = alice.propose({op_id("op-7"), intent_id("i"), "d.py", "replace", {}, {}});
    value_of(co_await std::move(going_17));
    auto going_18 = alice.reject({op_id("op-7"), "not like this", {}, {}});
    value_of(co_await std::move(going_18));
  });
}

TEST_CASE("in pre_commit nothing is carried out before it is authorised", "[7.8][16.2][7.8-C01][7.8-C02]") {
  const auto hub = hub_with_a_file([](config::settings& how) {
    how.session.policy.compliance_profile = compliance_profile::governance;
    how.session.policy.execution_model = execution_model::pre_commit;
  });
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub->url(), "alice"));
    value_of(co_await alice.join());
    value_of(co_await alice.announce(work_on("i", "a.py")));
    const auto file = value_of(co_await alice.read_file("a.py"));
    auto going_19 = alice.propose({op_id("op-1"), intent_id("i"), "a.py", "replace", {}, {}});
    const auto granted = value_of(co_await std::move(going_19));
    CHECK(granted.authorised_by == principal_id("service:coordinator-demo"));
    auto change = change_of("a.py", file.state_ref, "two", "i");
    change.op_id = op_id("op-1");
    value_of(co_await alice.commit(change));
    const auto got_20 = value_of(co_await alice.read_file("a.py"));
    CHECK(got_20.content == "two");
    value_of(co_await alice.propose_and_commit(change_of("a.py", change.state_ref_after.value(), "three", "i")));
    const auto got_21 = value_of(co_await alice.read_file("a.py"));
    CHECK(got_21.content == "three");

    auto going_22 = alice.withdraw({intent_id("i"), {}});
    value_of(co_await std::move(going_22));
    auto going_23 = alice.propose({{}, intent_id("i"), "a.py", "replace", {}, {}});
    const auto late = error_of(co_await std::move(going_23));
    CHECK(late.why == obstacle::rejected);
    CHECK(late.what == "intent_terminated");
  });
}

TEST_CASE("a crashed agent's intent is claimed, and the claim decided", "[14.7.4]") {
  visited_hub hub([](config::settings& how) {
    how.session.policy.liveness.unavailability_timeout = std::chrono::milliseconds{300};
    how.session.policy.liveness.heartbeat_interval = std::chrono::milliseconds{100};
    how.session.policy.liveness.intent_claim_approval = claim_approval::by_decision;
  });
  play([&](io_context& loop) -> awaitable<void> {
    auto bob_is = visitor(hub.url(), "bob");
    auto olga_is = visitor(hub.url(), "olga");
    olga_is.who.roles = {"owner"};
    participant alice(loop.get_executor(), visitor(hub.url(), "alice"));
    participant bob(loop.get_executor(), bob_is), olga(loop.get_executor(), olga_is);
    value_of(co_await alice.join());
    value_of(co_await bob.join());
    value_of(co_await olga.join());
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    alice.drop();
    // The others stay, for heartbeats go out by themselves.
    auto going_24 = until<heard<protocol_error>>(
        bob, [](const auto& each) { return each.said.error_code.is(error_code::participant_unavailable); });
    co_await std::move(going_24);
    CHECK(bob.view().intents().at(intent_id("i-alice")).is_suspended);

    const auto decide = [&]() -> awaitable<void> {
      const auto asked = co_await until<claim_waits>(olga);
      CHECK(asked.claimed_by == principal_id("agent:bob"));
      auto going_25 = olga.judge_claim({asked.claim_id, claim_verdict::approved, {}});
      value_of(co_await std::move(going_25));
    };
    boost::asio::co_spawn(loop, decide(), [](std::exception_ptr thrown) {
      if (thrown)
        std::rethrow_exception(thrown);
    });
    intent_claim claim;
    claim.original_intent_id = intent_id("i-alice");
    claim.original_principal_id = principal_id("agent:alice");
    claim.new_intent_id = intent_id("i-bob");
    claim.objective = "finish it";
    claim.scope = file_set({"a.py"});
    const auto decided = value_of(co_await bob.claim(claim));
    CHECK(decided.decision.is(claim_decision::approved));
    CHECK(decided.approved_by == principal_id("agent:olga"));
    value_of(co_await bob.overview());
    REQUIRE(bob.view().mine().size() == 1);
    CHECK(bob.view().mine()[0]->intent_id == intent_id("i-bob"));
  });
}

TEST_CASE("who defers is told until when", "[15.5.1]") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub.url(), "alice"));
    participant bob(loop.get_executor(), visitor(hub.url(), "bob"));
    value_of(co_await alice.join());
    value_of(co_await bob.join());
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    intent_deferred yields;
    yields.scope = file_set({"a.py"});
    yields.reason = "yielded";
    yields.observed_intent_ids = {intent_id("i-alice")};
    const auto until_when = value_of(co_await bob.defer(yields));
    CHECK(until_when.expires_at);
    auto going_26 = alice.withdraw({intent_id("i-alice"), {}});
    value_of(co_await std::move(going_26));
    auto going_27 = until<heard<intent_deferred>>(bob, [](const auto& each) { return each.said.status; });
    const auto free = co_await std::move(going_27);
    CHECK(free.said.status->is(deferral_status::resolved));
  });
}

TEST_CASE("in a session that echoes nothing, success is known by what comes behind it") {
  visited_hub hub([](config::settings& how) { how.session.policy.routing.relay = relay_to::others; });
  play([&](io_context& loop) -> awaitable<void> {
    auto how = visitor(hub.url(), "alice");
    how.is_echoed = false;
    participant alice(loop.get_executor(), how);
    value_of(co_await alice.join());
    const auto got_28 = value_of(co_await alice.announce(work_on("i", "a.py")));
    CHECK_FALSE(got_28.was_echoed);
    auto going_29 = alice.withdraw({intent_id("other"), {}});
    const auto got_30 = error_of(co_await std::move(going_29));
    CHECK(got_30.is(error_code::invalid_reference));
    CHECK(alice.view().mine().size() == 1);
  });
}

TEST_CASE("HELLO that is refused, and addresses where nobody is, are errors of join") {
  visited_hub hub([](config::settings& how) { how.limits.participants_per_session = 1; });
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub.url(), "alice"));
    value_of(co_await alice.join());
    participant bob(loop.get_executor(), visitor(hub.url(), "bob"));
    const auto got_31 = error_of(co_await bob.join());
    CHECK(got_31.is(error_code::limit_reached));
    CHECK_FALSE(bob.is_connected());
    value_of(co_await alice.leave());
    value_of(co_await bob.join()); // the same participant may try again

    participant nowhere(loop.get_executor(), visitor("ws://127.0.0.1:1/session/demo", "carol"));
    const auto got_32 = error_of(co_await nowhere.join());
    CHECK(got_32.why == obstacle::not_connected);
    participant nonsense(loop.get_executor(), visitor("http://127.0.0.1/session/demo", "carol"));
    const auto got_33 = error_of(co_await nonsense.join());
    CHECK(got_33.why == obstacle::unacceptable);
    participant pathless(loop.get_executor(), visitor("ws://127.0.0.1:" + std::to_string(hub.port()) + "/", "carol"));
    const auto got_34 = error_of(co_await pathless.join());
    CHECK(got_34.what.find("options.session") != std::string::npos);
  });
}

TEST_CASE("the first of two participants with one name is told, and does not come back", "[23.1.1]") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    participant one(loop.get_executor(), visitor(hub.url(), "alice"));
    participant two(loop.get_executor(), visitor(hub.url(), "alice"));
    value_of(co_await one.join());
    value_of(co_await two.join());
    for (;;) {
      const auto each = co_await one.next_event();
      if (const auto* end = std::get_if<ended>(&each)) {
        CHECK(end->is == ended::reason::replaced);
        break;
      }
    }
    CHECK(two.is_connected());
  });
}

TEST_CASE("events that nobody takes are dropped, and that is told") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    auto how = visitor(hub.url(), "alice");
    how.events_kept = 3;
    participant alice(loop.get_executor(), how);
    value_of(co_await alice.join());
    for (int i = 0; i < 5; ++i)
      value_of(co_await alice.announce(work_on("i-" + std::to_string(i), std::to_string(i) + ".py")));
    const auto first = alice.take_event();
    REQUIRE(first);
    CHECK(std::get<events_dropped>(*first).count == 3);
    CHECK(std::get<heard<intent_announce>>(*alice.take_event()).said.intent_id == intent_id("i-2"));

    std::vector<std::string> names;
    alice.on_event([&](const event& each) { names.emplace_back(name_of(each)); });
    auto going_35 = alice.withdraw({intent_id("i-4"), {}});
    value_of(co_await std::move(going_35));
    CHECK(names == std::vector<std::string>{"INTENT_ANNOUNCE", "INTENT_ANNOUNCE", "INTENT_WITHDRAW"});
  });
}

TEST_CASE("a handler of events may take itself away while it is called") {
  visited_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    participant alice(loop.get_executor(), visitor(hub.url(), "alice"));
    const auto kept = std::make_shared<std::string>("what it holds");
    std::size_t calls = 0;
    alice.on_event([&alice, &calls, kept](const event&) {
      ++calls;
      alice.on_event(nullptr);
      CHECK(kept.use_count() == 2); // it is still there while it runs
    });
    value_of(co_await alice.join());
    CHECK(calls == 1);
    CHECK(kept.use_count() == 1);
    value_of(co_await alice.announce(work_on("i", "a.py")));
    CHECK(alice.take_event()); // kept again
  });
}
