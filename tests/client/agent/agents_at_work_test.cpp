// Agents at work: tasks, rebases, giving way, and what a model may not do.
#include "protocol/scope.hpp"
#include "tests/client/agent/agents.hpp"
#include "tests/client/line.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::agent;
using namespace mpac::client::agent::tests;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using Catch::Matchers::Contains;
using end = task_report::outcome;

TEST_CASE("a task from HELLO to GOODBYE: planned, announced, shown, committed, withdrawn", "[15.3][16.3][14.4]") {
  shared_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    std::string shown;
    agent_options how;
    how.confirm = [&](const proposed_change& change) -> awaitable<confirmation> {
      shown = change.diff();
      co_return confirmation::commit;
    };
    member alice(loop, visitor(hub->url(), "alice"), how);
    participant bob(loop.get_executor(), visitor(hub->url(), "bob"));
    value_of(co_await bob.join());
    alice.server.say(plans("Count further", R"("a.py")"));
    alice.server.say(writes("one\ntwo\n", "counts to two"));
    auto report = co_await alice.works.run_task("Count to two in a.py");
    INFO(problem_of(report));
    CHECK(report.is == end::done);
    CHECK(report.objective == "Count further");
    REQUIRE(report.committed.size() == 1);
    CHECK(report.committed[0].path == "a.py");
    CHECK(report.committed[0].summary == "counts to two");
    CHECK(report.used.requests == 2);
    CHECK(report.used.output == 30);
    CHECK(shown == "--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,2 @@\n one\n+two\n");

    const auto announced = co_await until<heard<intent_announce>>(bob);
    CHECK(announced.said.scope == file_set({"a.py"}));
    const auto committed = co_await until<heard<op_commit>>(bob);
    CHECK(committed.said.op_kind == "replace");
    CHECK(committed.said.summary == "counts to two");
    const auto withdrawn = co_await until<heard<intent_withdraw>>(bob);
    CHECK(withdrawn.said.reason == "task_completed");
    const auto gone = co_await until<heard<goodbye>>(bob);
    CHECK(gone.said.reason.is(goodbye_reason::session_complete));
    const auto file = value_of(co_await bob.read_file("a.py"));
    CHECK(file.content == "one\ntwo\n");
    CHECK(file.state_ref == report.committed[0].state_ref);

    // What the model was told.
    REQUIRE(alice.server.heard().size() == 2);
    CHECK_THAT(alice.server.heard()[0].text, Contains("Count to two in a.py") && Contains("src/b.py\t2"));
    CHECK_THAT(alice.server.heard()[1].text, Contains("a.py\n---\none\n"));
  });
}

TEST_CASE("somebody is quicker: the file is read anew, the model builds on it, nothing is lost", "[16.3]") {
  shared_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    member alice(loop, visitor(hub->url(), "alice")), bob(loop, visitor(hub->url(), "bob"));
    value_of(co_await alice.seat.join());
    value_of(co_await bob.seat.join());
    bob.server.say(plans("Bob's part", R"("a.py")"));
    bob.server.say(decides("proceed"));
    bob.server.say(writes("one\nbob\n"));
    int drafts = 0;
    alice.server.thinks(by_form(
        {{"announce_intent", [](const heard_question&) -> awaitable<spoken> { co_return plans("Mine", R"("a.py")"); }},
         {"decide_conflict", [](const heard_question&) -> awaitable<spoken> { co_return decides("proceed"); }},
         {"write_file", [&](const heard_question& said) -> awaitable<spoken> {
            if (++drafts > 1) {
              CHECK_THAT(said.text, Contains("one\nbob\n") && Contains("Somebody else has changed this file"));
              co_return writes("one\nbob\nalice\n");
            }
            // While Alice's model writes, Bob's agent does all of its task.
            auto theirs = co_await bob.works.execute_task("Add Bob");
            INFO(problem_of(theirs));
            CHECK(theirs.is == end::done);
            CHECK(theirs.conflicts.size() == 1);
            co_return writes("one\nalice\n");
          }}}));
    auto report = co_await alice.works.execute_task("Add Alice");
    INFO(problem_of(report));
    CHECK(report.is == end::done);
    REQUIRE(report.committed.size() == 1);
    CHECK(report.committed[0].rebases == 1);
    CHECK(alice.times(stage::rebasing) == 1);
    const auto file = value_of(co_await bob.seat.read_file("a.py"));
    CHECK(file.content == "one\nbob\nalice\n");
    value_of(co_await bob.seat.overview());
    CHECK(bob.seat.view().intents().empty());
  });
}

TEST_CASE("rebases are bounded", "[16.3]") {
  shared_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    agent_options how;
    how.rebases = 2;
    member alice(loop, visitor(hub->url(), "alice"), how);
    participant bob(loop.get_executor(), visitor(hub->url(), "bob"));
    value_of(co_await alice.seat.join());
    value_of(co_await bob.join());
    int drafts = 0;
    alice.server.thinks(by_form(
        {{"announce_intent", [](const heard_question&) -> awaitable<spoken> { co_return plans("Mine", R"("a.py")"); }},
         {"decide_conflict", [](const heard_question&) -> awaitable<spoken> { co_return decides("proceed"); }},
         {"write_file", [&](const heard_question&) -> awaitable<spoken> {
            const auto file = value_of(co_await bob.read_file("a.py"));
            value_of(co_await bob.commit(
                change_of("a.py", file.state_ref, "bob " + std::to_string(++drafts) + "\n", "i-bob")));
            co_return writes("alice\n");
          }}}));
    auto report = co_await alice.works.execute_task("Add Alice");
    CHECK(report.is == end::failed);
    CHECK(drafts == 3);
    REQUIRE(report.problem);
    CHECK(report.problem->of_session->is(error_code::stale_state_ref));
    CHECK_THAT(describe(*report.problem), Contains("rebased 2 times"));
    value_of(co_await bob.overview());
    CHECK(bob.view().intents().empty());
  });
}

TEST_CASE("an agent that gives way withdraws and changes nothing", "[17.3][15.5]") {
  shared_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    member alice(loop, visitor(hub->url(), "alice")), bob(loop, visitor(hub->url(), "bob"));
    value_of(co_await alice.seat.join());
    value_of(co_await bob.seat.join());
    bob.server.say(plans("Bob's part", R"("a.py")"));
    bob.server.say(decides("yield"));
    alice.server.thinks(by_form(
        {{"announce_intent", [](const heard_question&) -> awaitable<spoken> { co_return plans("Mine", R"("a.py")"); }},
         {"write_file", [&](const heard_question&) -> awaitable<spoken> {
            auto theirs = co_await bob.works.execute_task("Add Bob");
            CHECK(theirs.is == end::yielded);
            CHECK(theirs.reason == "the model thinks so");
            CHECK(theirs.committed.empty());
            co_return writes("alice\n");
          }}}));
    auto report = co_await alice.works.execute_task("Add Alice");
    INFO(problem_of(report));
    CHECK(report.is == end::done);
    CHECK_THAT(bob.server.heard()[1].text, Contains("agent:alice: Mine"));
    const auto file = value_of(co_await bob.seat.read_file("a.py"));
    CHECK(file.content == "alice\n");
  });
}

TEST_CASE("where everybody gives way, the last one comes back and does its work", "[17.3]") {
  shared_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    agent_options gives_way;
    gives_way.on_conflict = conflict_policy::yield;
    member alice(loop, visitor(hub->url(), "alice"), gives_way), bob(loop, visitor(hub->url(), "bob"));
    value_of(co_await alice.seat.join());
    value_of(co_await bob.seat.join());
    flag bob_thinks(loop), alice_is_done(loop), bob_is_done(loop);
    task_report theirs;
    bob.server.thinks(by_form(
        {{"announce_intent", [](const heard_question&) -> awaitable<spoken> { co_return plans("His", R"("a.py")"); }},
         {"decide_conflict",
          [&](const heard_question&) -> awaitable<spoken> {
            bob_thinks.give();
            co_await alice_is_done.wait();
            co_return decides("yield");
          }},
         {"write_file", [](const heard_question&) -> awaitable<spoken> { co_return writes("bob\n"); }}}));
    alice.server.thinks(by_form(
        {{"announce_intent", [](const heard_question&) -> awaitable<spoken> { co_return plans("Hers", R"("a.py")"); }},
         {"write_file", [&](const heard_question&) -> awaitable<spoken> {
            boost::asio::co_spawn(
                loop,
                [&]() -> awaitable<void> {
                  theirs = co_await bob.works.execute_task("Add Bob");
                  bob_is_done.give();
                },
                boost::asio::detached);
            co_await bob_thinks.wait();
            co_return writes("alice\n");
          }}}));
    auto report = co_await alice.works.execute_task("Add Alice");
    CHECK(report.is == end::yielded);
    alice_is_done.give();
    co_await bob_is_done.wait();
    INFO(problem_of(theirs));
    CHECK(theirs.is == end::done);
    CHECK(bob.times(stage::announced) == 2);
    const auto file = value_of(co_await alice.seat.read_file("a.py"));
    CHECK(file.content == "bob\n");
  });
}

TEST_CASE("where the session locks what is held, an agent defers and gives way", "[15.3.2][15.5.1]") {
  shared_hub hub([](config::settings& how) { how.session.policy.race_lock = true; });
  play([&](io_context& loop) -> awaitable<void> {
    member bob(loop, visitor(hub->url(), "bob"));
    participant alice(loop.get_executor(), visitor(hub->url(), "alice"));
    value_of(co_await alice.join());
    value_of(co_await bob.seat.join());
    value_of(co_await alice.announce(work_on("i-alice", "a.py")));
    bob.server.say(plans("His", R"("a.py")"));
    auto report = co_await bob.works.execute_task("Add Bob");
    CHECK(report.is == end::yielded);
    CHECK_THAT(report.reason, Contains("others hold these files"));
    const auto waits = co_await until<heard<intent_deferred>>(alice);
    CHECK(waits.said.observed_intent_ids == std::vector<intent_id>{intent_id("i-alice")});
    // The model knew who works there.
    CHECK_THAT(bob.server.heard()[0].text, Contains("i-alice of agent:alice: work on a.py"));
  });
}

TEST_CASE("what the model may not do is told to it once, and does not happen") {
  shared_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    member alice(loop, visitor(hub->url(), "alice"));
    participant bob(loop.get_executor(), visitor(hub->url(), "bob"));
    value_of(co_await alice.seat.join());
    value_of(co_await bob.join());
    alice.server.say(plans("Out", R"("../../etc/passwd")"));
    alice.server.say(plans("Out", R"("c.py")"));
    auto out = co_await alice.works.execute_task("Get out");
    CHECK(out.is == end::failed);
    CHECK(out.problem->from == agent_error::source::answer);
    CHECK_THAT(describe(*out.problem), Contains("c.py"));
    CHECK(out.intent_id.empty());
    CHECK_THAT(alice.server.heard()[1].text, Contains("has a '..' segment"));

    // A mistake that it mends is none.
    alice.server.say(plans("In", R"("a.py")"));
    alice.server.say(writes("one\n"));
    alice.server.say(writes("two\n"));
    auto mended = co_await alice.works.execute_task("Change it");
    CHECK(mended.is == end::done);
    CHECK(alice.times(stage::correcting) == 2);

    // An intent does not outlive the task that failed.
    alice.server.say(plans("In", R"("a.py")"));
    alice.server.say(spoken::failure(401, "authentication_error", "the key was revoked"));
    auto failed = co_await alice.works.execute_task("Change it again");
    CHECK(failed.is == end::failed);
    CHECK(failed.problem->of_model->why == trouble::authentication);
    value_of(co_await bob.overview());
    CHECK(bob.view().intents().empty());
    auto nothing = co_await alice.works.execute_task(" \n");
    CHECK_THAT(problem_of(nothing), Contains("the task is empty"));
  });
}

TEST_CASE("nothing is committed that is not confirmed") {
  shared_hub hub;
  const auto said = GENERATE(confirmation::skip, confirmation::stop);
  play([&](io_context& loop) -> awaitable<void> {
    agent_options how;
    how.confirm = [&](const proposed_change&) -> awaitable<confirmation> { co_return said; };
    member alice(loop, visitor(hub->url(), "alice"), how);
    value_of(co_await alice.seat.join());
    alice.server.say(plans("Both", R"("a.py","src/b.py")"));
    alice.server.say(writes("two\n"));
    alice.server.say(writes("c\n"));
    auto report = co_await alice.works.execute_task("Change both");
    CHECK(report.is == (said == confirmation::stop ? end::stopped : end::unchanged));
    CHECK(report.skipped.size() == (said == confirmation::stop ? 0 : 2));
    const auto file = value_of(co_await alice.seat.read_file("a.py"));
    CHECK(file.content == "one\n");
    value_of(co_await alice.seat.overview());
    CHECK(alice.seat.view().intents().empty());
  });
}

TEST_CASE("an intent whose announcement is never answered does not stay behind", "[15.3]") {
  shared_hub hub;
  play([&](io_context& loop) -> awaitable<void> {
    line wire(loop, hub->port());
    auto impatient = visitor(wire.url(), "alice");
    impatient.request_timeout = std::chrono::milliseconds{200};
    member alice(loop, impatient);
    participant bob(loop.get_executor(), visitor(hub->url(), "bob"));
    value_of(co_await alice.seat.join());
    value_of(co_await bob.join());
    alice.server.thinks(by_form({{"announce_intent", [&](const heard_question&) -> awaitable<spoken> {
                                    wire.hold_answers();
                                    co_return plans("Mine", R"("a.py")");
                                  }}}));
    auto report = co_await alice.works.execute_task("Count");
    CHECK(report.is == end::failed);
    co_await until<heard<intent_announce>>(bob); // it was taken all the same
    const auto stands = value_of(co_await bob.overview());
    CHECK(stands.active_intents.empty());
  });
}

TEST_CASE("a hub that restarts while the model thinks costs nothing but time", "[12.8]") {
  shared_hub hub([](config::settings& how) { how.store.engine = config::store_engine::rocksdb; });
  play([&](io_context& loop) -> awaitable<void> {
    member alice(loop, visitor(hub->url(), "alice"));
    value_of(co_await alice.seat.join());
    int drafts = 0;
    alice.server.thinks(by_form({{"announce_intent",
                                  [&](const heard_question&) -> awaitable<spoken> {
                                    hub->restart();
                                    co_return plans("Mine", R"("a.py")");
                                  }},
                                 {"write_file", [&](const heard_question&) -> awaitable<spoken> {
                                    if (++drafts == 1)
                                      hub->restart();
                                    co_return writes("two\n");
                                  }}}));
    auto report = co_await alice.works.execute_task("Count");
    INFO(problem_of(report));
    CHECK(report.is == end::done);
    const auto file = value_of(co_await alice.seat.read_file("a.py"));
    CHECK(file.content == "two\n");
  });
}
