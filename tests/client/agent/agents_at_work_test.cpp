// Agents at work in sessions of a real hub, their models behind servers that speak the API.
#include "client/agent/agent.hpp"

#include "client/agent/anthropic_model.hpp"
#include "tests/client/agent/model_server.hpp"
#include "tests/client/visited_hub.hpp"
#include "tests/support/catch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fstream>
#include <map>

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::agent;
using namespace mpac::client::agent::tests;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using boost::asio::io_context;
using Catch::Matchers::Contains;
using end = task_report::outcome;

namespace {

/// With `a.py` that holds `one`, and `src/b.py` that holds `b`.
class shared_hub {
public:
  explicit shared_hub(const std::function<void(config::settings&)>& more = {}) {
    std::ofstream(folder_.path() / "a.py") << "one\n";
    std::filesystem::create_directory(folder_.path() / "src");
    std::ofstream(folder_.path() / "src/b.py") << "b\n";
    hub_.emplace([&](config::settings& how) {
      how.session.workspace_dir = folder_.path().string();
      if (more)
        more(how);
    });
  }
  visited_hub* operator->() { return &*hub_; }

private:
  mpac::tests::temporary_folder folder_;
  std::optional<visited_hub> hub_;
};

std::shared_ptr<model> claude_at(io_context& loop, const model_server& server) {
  anthropic_options how;
  how.api_key = model_server::key;
  how.base_url = server.url();
  how.model = "claude-test-1";
  how.retry.first = how.retry.longest = 1ms;
  auto made = anthropic_model::make(loop.get_executor(), how);
  if (!made)
    FAIL(describe(made.error()));
  return std::move(*made);
}

std::string json_text_of(const std::string& text) {
  std::string made = "\"";
  for (const char c : text)
    made += c == '\n' ? "\\n" : c == '"' ? "\\\"" : std::string(1, c);
  return made + "\"";
}

spoken plans(const std::string& objective, const std::string& files) {
  return spoken::with_object(R"({"objective":)" + json_text_of(objective) + R"(,"files":[)" + files +
                             R"(],"reason":"it is there"})");
}
spoken writes(const std::string& content, const std::string& summary = "wrote it") {
  return spoken::with_object(R"({"action":"replace","content":)" + json_text_of(content) + R"(,"summary":)" +
                             json_text_of(summary) + "}");
}
spoken decides(const std::string& decision) {
  return spoken::with_object(R"({"decision":")" + decision + R"(","reason":"the model thinks so"})");
}

/// One person's agent: a seat in the session and a model of its own.
struct member {
  member(io_context& loop, const options& who, const agent_options& how = {})
      : server(loop), seat(loop.get_executor(), who), works(seat, claude_at(loop, server), watched(how)) {}

  [[nodiscard]] std::size_t times(stage which) const {
    return static_cast<std::size_t>(
        std::count_if(steps.begin(), steps.end(), [&](const step& each) { return each.at == which; }));
  }

  agent_options watched(agent_options how) {
    how.on_step = [this](const step& each) {
      steps.push_back(each);
      if (each.at == stage::proposed && on_proposal)
        on_proposal();
    };
    return how;
  }

  model_server server;
  std::vector<step> steps;
  std::function<void()> on_proposal;
  participant seat;
  client::agent::agent works;
};

/// What the model answers to each form.
using answers = std::map<std::string, std::function<awaitable<spoken>(const heard_question&)>>;
model_server::mind by_form(answers all) {
  return [all = std::move(all)](const heard_question& said) -> awaitable<spoken> {
    const auto found = all.find(said.form);
    if (found == all.end())
      co_return spoken::failure(400, "invalid_request_error", "nobody has told what to answer to " + said.form);
    auto thought = found->second(said);
    auto what = co_await std::move(thought);
    co_return what;
  };
}

/// Something that one coroutine waits for and another one brings about.
class flag {
public:
  explicit flag(io_context& loop) : timer_(loop, std::chrono::steady_clock::time_point::max()) {}
  awaitable<void> wait() {
    if (!is_given_)
      co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  void give() {
    is_given_ = true;
    timer_.cancel();
  }

private:
  boost::asio::steady_timer timer_;
  bool is_given_ = false;
};

std::string problem_of(const task_report& report) {
  return report.problem ? describe(*report.problem) : "no problem";
}

} // namespace

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

TEST_CASE("a hub that restarts while the model thinks costs nothing but time", "[12.8]") {
  shared_hub hub([](config::settings& how) { how.store.engine = config::store_engine::rocksdb; });
  play([&](io_context& loop) -> awaitable<void> {
    member alice(loop, visitor(hub->url(), "alice"));
    value_of(co_await alice.seat.join());
    int drafts = 0;
    alice.server.thinks(by_form(
        {{"announce_intent", [](const heard_question&) -> awaitable<spoken> { co_return plans("Mine", R"("a.py")"); }},
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
