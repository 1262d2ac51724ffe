// Agents at work where others decide: authorisation, claims, arbiters.
#include "protocol/scope.hpp"
#include "tests/client/agent/agents.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::agent;
using namespace mpac::client::agent::tests;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using Catch::Matchers::Contains;
using end = task_report::outcome;

TEST_CASE("in pre_commit each change is proposed, authorised, and committed under its own name", "[7.8][16.2]") {
  shared_hub hub([](config::settings& how) {
    how.session.policy.compliance_profile = compliance_profile::governance;
    how.session.policy.execution_model = execution_model::pre_commit;
  });
  play([&](io_context& loop) -> awaitable<void> {
    member alice(loop, visitor(hub->url(), "alice"));
    participant bob(loop.get_executor(), visitor(hub->url(), "bob"));
    value_of(co_await alice.seat.join());
    value_of(co_await bob.join());
    alice.server.say(plans("Both files", R"("a.py","src/b.py")"));
    alice.server.say(writes("one\ntwo\n"));
    alice.server.say(spoken::with_object(R"({"action":"keep","content":"","summary":"nothing to do there"})"));
    auto report = co_await alice.works.execute_task("Count");
    INFO(problem_of(report));
    CHECK(report.is == end::done);
    REQUIRE(report.committed.size() == 1);
    REQUIRE(report.skipped.size() == 1);
    CHECK(report.skipped[0].path == "src/b.py");
    CHECK(report.skipped[0].why == "nothing to do there");
    CHECK(alice.times(stage::proposed) == 1);
    const auto proposed = co_await until<heard<op_propose>>(bob);
    const auto committed = co_await until<heard<op_commit>>(bob);
    CHECK(proposed.said.op_id == report.committed[0].op_id);
    CHECK(committed.said.op_id == report.committed[0].op_id);

    // A content of the caller's own goes the same way.
    value_of(co_await alice.seat.announce(work_on("i-own", "a.py")));
    const auto file = value_of(co_await alice.seat.read_file("a.py"));
    auto own = co_await alice.works.propose_and_commit(intent_id("i-own"), "a.py", "own\n", file.state_ref, "by hand");
    REQUIRE(own.has_value());
    const auto after = value_of(co_await bob.read_file("a.py"));
    CHECK(after.content == "own\n");
    auto late = co_await alice.works.propose_and_commit(intent_id("i-own"), "a.py", "late\n", file.state_ref, "late");
    REQUIRE_FALSE(late.has_value());
    CHECK(late.error().of_session->is(error_code::stale_state_ref));
  });
}

TEST_CASE("in pre_commit what was authorised is committed anew after a rebase", "[7.8]") {
  shared_hub hub([](config::settings& how) {
    how.session.policy.compliance_profile = compliance_profile::governance;
    how.session.policy.execution_model = execution_model::pre_commit;
  });
  play([&](io_context& loop) -> awaitable<void> {
    auto olga_is = visitor(hub->url(), "olga");
    olga_is.who.roles = {"arbiter"};
    participant bob(loop.get_executor(), visitor(hub->url(), "bob")), olga(loop.get_executor(), olga_is);
    value_of(co_await bob.join());
    value_of(co_await olga.join());
    // Bob's operation was authorised before anybody disputed it.
    value_of(co_await bob.announce(work_on("i-bob", "a.py")));
    const auto before = value_of(co_await bob.read_file("a.py"));
    op_propose wish{op_id("op-bob"), intent_id("i-bob"), "a.py", "replace", {}, {}};
    value_of(co_await bob.propose(std::move(wish)));

    flag alice_proposes(loop);
    agent_options how;
    how.on_conflict = conflict_policy::proceed;
    member alice(loop, visitor(hub->url(), "alice"), how);
    value_of(co_await alice.seat.join());
    alice.on_proposal = [&] { alice_proposes.give(); };
    boost::asio::co_spawn(
        loop,
        [&]() -> awaitable<void> {
          co_await alice_proposes.wait();
          auto change = change_of("a.py", before.state_ref, "bob\n", "i-bob");
          change.op_id = op_id("op-bob");
          value_of(co_await bob.commit(change));
          resolution together;
          together.conflict_id = bob.view().conflicts().begin()->first;
          together.decision = decision_kind::merged;
          together.rationale = "they fit together";
          value_of(co_await olga.resolve(together));
        },
        [](std::exception_ptr thrown) {
          if (thrown)
            std::rethrow_exception(thrown);
        });
    alice.server.say(plans("Mine", R"("a.py")"));
    alice.server.say(writes("alice\n"));
    alice.server.say(writes("bob\nalice\n"));
    auto report = co_await alice.works.execute_task("Write");
    INFO(problem_of(report));
    CHECK(report.is == end::done);
    REQUIRE(report.committed.size() == 1);
    CHECK(report.committed[0].rebases == 1);
    CHECK(alice.times(stage::proposed) == 1);
    CHECK(report.conflicts.size() == 1);
    const auto file = value_of(co_await bob.read_file("a.py"));
    CHECK(file.content == "bob\nalice\n");
  });
}

TEST_CASE("a crashed agent's work is claimed and finished", "[14.7.4]") {
  shared_hub hub([](config::settings& how) {
    how.session.policy.liveness.unavailability_timeout = std::chrono::milliseconds{300};
    how.session.policy.liveness.heartbeat_interval = std::chrono::milliseconds{100};
    how.session.policy.liveness.intent_claim_approval = claim_approval::by_decision;
  });
  play([&](io_context& loop) -> awaitable<void> {
    auto olga_is = visitor(hub->url(), "olga");
    olga_is.who.roles = {"owner"};
    member bob(loop, visitor(hub->url(), "bob"));
    participant alice(loop.get_executor(), visitor(hub->url(), "alice")), olga(loop.get_executor(), olga_is);
    value_of(co_await alice.join());
    value_of(co_await bob.seat.join());
    value_of(co_await olga.join());
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    auto early = co_await bob.works.take_over(intent_id("i-alice"), "Finish it");
    CHECK_THAT(problem_of(early), Contains("not suspended"));
    alice.drop();
    auto lost = until<heard<protocol_error>>(
        bob.seat, [](const auto& each) { return each.said.error_code.is(error_code::participant_unavailable); });
    co_await std::move(lost);

    boost::asio::co_spawn(
        loop,
        [&]() -> awaitable<void> {
          const auto asked = co_await until<claim_waits>(olga);
          auto said = olga.judge_claim({asked.claim_id, claim_verdict::approved, {}});
          value_of(co_await std::move(said));
        },
        [](std::exception_ptr thrown) {
          if (thrown)
            std::rethrow_exception(thrown);
        });
    bob.server.say(writes("finished\n"));
    auto report = co_await bob.works.take_over(intent_id("i-alice"), "Finish it");
    INFO(problem_of(report));
    CHECK(report.is == end::done);
    const auto file = value_of(co_await olga.read_file("a.py"));
    CHECK(file.content == "finished\n");
    value_of(co_await olga.overview());
    CHECK(olga.view().intents().empty());
    auto again = co_await bob.works.take_over(intent_id("i-alice"), "Finish it");
    CHECK_THAT(problem_of(again), Contains("no live intent"));
  });
}

TEST_CASE("an arbiter's agent settles a conflict, and what it may not say is not sent", "[18.4]") {
  shared_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    auto olga_is = visitor(hub->url(), "olga");
    olga_is.who.roles = {"arbiter"};
    member olga(loop, olga_is);
    participant alice(loop.get_executor(), visitor(hub->url(), "alice"));
    participant bob(loop.get_executor(), visitor(hub->url(), "bob"));
    value_of(co_await olga.seat.join());
    value_of(co_await alice.join());
    value_of(co_await bob.join());
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    value_of(co_await bob.announce(work_on("i-bob", "a.py")));
    const auto report = co_await until<heard<conflict_report>>(alice);
    // The first answer speaks of an intent that is none of this conflict's.
    olga.server.say(spoken::with_object(
        R"({"decision":"approved","accepted":["i-carol"],"rejected":[],"rationale":"Carol is nice"})"));
    olga.server.say(spoken::with_object(
        R"({"decision":"approved","accepted":["i-alice"],"rejected":["i-bob"],"rationale":"Alice was first"})"));
    auto verdict = co_await olga.works.arbitrate(report.said.conflict_id);
    if (!verdict)
      FAIL(describe(verdict.error()));
    const auto heard_of = co_await until<heard<resolution>>(bob);
    CHECK(heard_of.said.rationale == "Alice was first");
    CHECK(heard_of.said.outcome->rejected == std::vector<std::string>{"i-bob"});
    CHECK(olga.times(stage::correcting) == 1);
    CHECK_THAT(olga.server.heard()[1].text, Contains("\"i-carol\"") || Contains("i-carol"));
    value_of(co_await alice.overview());
    CHECK(alice.view().conflicts().empty());
    auto again = co_await olga.works.arbitrate(report.said.conflict_id);
    REQUIRE_FALSE(again.has_value());
    CHECK_THAT(describe(again.error()), Contains("no open conflict"));
  });
}
