// With a coordinator of the early kind: it names no message in its answers, and passes on seven kinds of messages
// alone.
#include "client/membership.hpp"

#include "protocol/wire/encoder.hpp"
#include "tests/client/coordinator.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/json.hpp"

#include <algorithm>
#include <iterator>

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using mpac::tests::parse_json;

namespace {

/// Alice, and what has become of her requests.
struct early_session {
  coordinator hub;
  membership alice = alices();
  std::vector<completion> done;
  std::vector<event> events;
  std::vector<std::string> said;

  explicit early_session(const std::string& execution_model = "post_commit") {
    (void)alice.say_hello(start);
    hear(hub.says(coordinator::info(execution_model)));
    said.clear();
    done.clear();
  }

  void take(step made) {
    std::move(made.done.begin(), made.done.end(), std::back_inserter(done));
    std::move(made.events.begin(), made.events.end(), std::back_inserter(events));
    std::move(made.say.begin(), made.say.end(), std::back_inserter(said));
  }
  void hear(const std::string& text) { take(alice.hear(text, start)); }
  void beside(const sideband_answer& told) { hear(std::string(encode(told)->payload())); }

  base::result<message_id, request_error> ask(message_body body) {
    step made;
    auto id = alice.ask(std::move(body), start, base::never, made);
    take(std::move(made));
    return id;
  }
  /// What was said is heard by everybody, Alice too.
  void echo(std::size_t which) { hear(said.at(which)); }
  /// The answer to the question that stands behind a request.
  void answer(std::vector<intent_summary> intents = {}) {
    session_summary_response told;
    told.session.session_id = session_id("demo");
    told.session.active_intents = std::move(intents);
    beside(told);
  }

  template <class Answer>
  const Answer& only() {
    const Answer* found = nullptr;
    for (const auto& each : done)
      if (const auto* one = std::get_if<Answer>(&each.with)) {
        REQUIRE_FALSE(found);
        found = one;
      }
    REQUIRE(found);
    return *found;
  }
  [[nodiscard]] std::size_t questions() const {
    return static_cast<std::size_t>(std::count_if(
        said.begin(), said.end(), [](const std::string& each) { return parse_json(each).HasMember("type"); }));
  }
};

intent_announce announcement(const std::string& id) {
  intent_announce what;
  what.intent_id = intent_id(id);
  what.objective = "work";
  what.scope = file_set({"a.py"});
  return what;
}

op_commit change() {
  op_commit what;
  what.op_id = op_id("op-1");
  what.intent_id = intent_id("i");
  what.target = "a.py";
  what.op_kind = "replace";
  what.state_ref_before = "sha256:1";
  what.state_ref_after = "sha256:2";
  what.file_changes["a.py"] = {"text", "sha256:1"};
  return what;
}

op_batch_commit batch(word<atomicity> how) {
  op_batch_commit what;
  what.batch_id = op_id("b-1");
  what.atomicity = how;
  for (const auto* id : {"op-1", "op-2"}) {
    batch_operation entry;
    entry.op_id = op_id(id);
    entry.target = "a.py";
    entry.op_kind = "replace";
    what.operations.push_back(std::move(entry));
  }
  return what;
}

op_reject rejection(const std::string& op) {
  op_reject what;
  what.op_id = op_id(op);
  what.reason = "intent_terminated";
  return what;
}

file_updated written(const std::string& by) {
  return {"a.py", "sha256:2", principal_id(by)};
}

} // namespace

TEST_CASE("what is not passed on succeeds when what stands behind it is answered") {
  early_session session;
  SECTION("a supersession") {
    op_supersede what;
    what.op_id = op_id("op-2");
    what.supersedes_op_id = op_id("op-1");
    what.target = "a.py";
    REQUIRE(session.ask(what));
  }
  SECTION("a goodbye") {
    REQUIRE(session.ask(goodbye{goodbye_reason::user_exit, {}, {}}));
  }
  SECTION("a proposal") {
    REQUIRE(session.ask(op_propose{op_id("op-1"), {}, "a.py", "replace", {}, {}}));
  }
  CHECK(session.questions() == 1);
  CHECK(session.done.empty());
  session.answer();
  CHECK_FALSE(session.only<receipt>().was_echoed);
}

TEST_CASE("of a coordinator whose answers name their message nothing more is asked") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  step made;
  REQUIRE(alice.ask(announcement("i"), start, base::never, made));
  REQUIRE(made.say.size() == 1);
  CHECK(alice.hear(made.say.front(), start).done.size() == 1);
}

TEST_CASE("only whose own messages come back knows what was not taken") {
  const bool has_heard_itself = GENERATE(false, true);
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  step made;
  if (has_heard_itself) {
    REQUIRE(alice.ask(announcement("i"), start, base::never, made));
    (void)alice.hear(made.say.front(), start);
  }
  const auto lost = alice.ask(announcement("j"), start, base::never, made);
  (void)alice.connection_lost(start);
  (void)alice.say_hello(start);
  (void)alice.hear(hub.says(coordinator::info(), alice.hello_id().str()), start);
  const auto back = alice.hear(hub.replayed(alice.hello_id().str(), 0), start);
  REQUIRE(back.done.size() == 1);
  CHECK(back.done[0].request == *lost);
  CHECK(std::get<request_error>(back.done[0].with).is_known_not_taken == has_heard_itself);
}

TEST_CASE("what is passed on succeeds at once, and an error is one") {
  early_session session;
  REQUIRE(session.ask(announcement("i")));
  session.echo(0);
  CHECK(session.only<receipt>().was_echoed);
  session.answer();
  CHECK(session.only<receipt>().was_echoed);

  const auto second = session.ask(announcement("j"));
  session.hear(session.hub.says(protocol_error{error_code::stale_intent, second.value(), "['a.py'] held", {}}));
  session.answer();
  CHECK(session.only<request_error>().is(error_code::stale_intent));
}

TEST_CASE("an announcement that overlaps a frozen scope in part is taken with a warning", "[18.6.2]") {
  early_session session;
  const auto asked = session.ask(announcement("i"));
  session.hear(
      session.hub.says(protocol_error{error_code::scope_frozen, asked.value(), "Warning: a part of it is frozen", {}}));
  CHECK(session.done.empty());
  session.answer();
  CHECK_FALSE(session.only<receipt>().was_echoed);
}

TEST_CASE("a batch that is not passed on tells by OP_REJECT which entries were refused", "[16.8]") {
  early_session session;
  SECTION("some") {
    REQUIRE(session.ask(batch(atomicity::best_effort)));
    session.hear(session.hub.says(rejection("op-2")));
    CHECK(session.done.empty());
    session.answer();
    CHECK(session.only<batch_receipt>().rejected == std::vector{op_id("op-2")});
  }
  SECTION("each of them") {
    REQUIRE(session.ask(batch(atomicity::best_effort)));
    session.hear(session.hub.says(rejection("op-1")));
    session.hear(session.hub.says(rejection("op-2")));
    session.answer();
    CHECK(session.only<request_error>().why == obstacle::rejected);
    CHECK(session.only<request_error>().operations.size() == 2);
  }
  SECTION("all in one") {
    REQUIRE(session.ask(batch(atomicity::all_or_nothing)));
    auto whole = rejection("b-1");
    whole.rejected_ops = {op_id("op-2")};
    session.hear(session.hub.says(std::move(whole)));
    CHECK(session.only<request_error>().operations == std::vector{op_id("op-2")});
  }
}

TEST_CASE("a commit succeeds when its files are written, and not before", "[16.3]") {
  early_session session;
  REQUIRE(session.ask(change()));
  session.echo(0);
  CHECK(session.done.empty());
  SECTION("they are") {
    session.beside(written("agent:bob"));
    CHECK(session.done.empty());
    session.beside(written("agent:alice"));
    CHECK(session.only<receipt>().was_echoed);
  }
  SECTION("they are not, and nobody says so") {
    session.answer();
    CHECK(session.only<request_error>().is(error_code::stale_state_ref));
  }
  SECTION("the connection breaks in between") {
    session.take(session.alice.connection_lost(start));
    REQUIRE(session.done.size() == 2); // the question behind it as well
    const auto& lost = std::get<request_error>(session.done.front().with);
    CHECK(lost.why == obstacle::connection_lost);
    CHECK_FALSE(lost.is_known_not_taken);
  }
}

TEST_CASE("what such a coordinator does not know is no success") {
  early_session session;
  SECTION("a reviewer's rejection counts if it is passed on") {
    REQUIRE(session.ask(rejection("op-1")));
    SECTION("and it is not") {
      session.answer();
      CHECK(session.only<request_error>().why == obstacle::unacceptable);
    }
    SECTION("and it is") {
      session.echo(0);
      CHECK(session.only<receipt>().was_echoed);
    }
  }
  SECTION("a verdict on a claim is not even sent", "[14.7.4]") {
    claim_answer verdict{claim_id("c-1"), claim_verdict::rejected, {}};
    const auto asked =
        session.ask(heartbeat{participant_status::idle, {}, {}, {}, heartbeat_extensions{std::move(verdict), {}}});
    REQUIRE_FALSE(asked);
    CHECK(asked.error().why == obstacle::unacceptable);
    CHECK(session.said.empty());
  }
}

TEST_CASE("who is lost is named where others refer to a message, and a claim is known from its approval", "[14.7.4]") {
  early_session session;
  session.hear(peer{"agent:bob"}.says(announcement("i")));
  session.hear(session.hub.says(
      protocol_error{error_code::participant_unavailable, message_id("agent:bob"), "not heard of for 90.0 s", {}}));
  REQUIRE(session.alice.view().intents().at(intent_id("i")).is_suspended);

  intent_claim what;
  what.claim_id = claim_id("c-1");
  what.original_intent_id = intent_id("i");
  what.original_principal_id = principal_id("agent:bob");
  what.new_intent_id = intent_id("mine");
  what.objective = "work";
  what.scope = file_set({"a.py"});
  REQUIRE(session.ask(what));
  intent_claim_status decided;
  decided.claim_id = claim_id("c-1");
  decided.original_intent_id = intent_id("i");
  decided.new_intent_id = intent_id("mine");
  SECTION("approved") {
    decided.decision = claim_decision::approved;
    session.hear(session.hub.says(decided));
    CHECK(session.only<intent_claim_status>().decision.is(claim_decision::approved));
    REQUIRE(session.alice.view().mine().size() == 1);
    CHECK(session.alice.view().mine().front()->intent_id == intent_id("mine"));
    CHECK_FALSE(session.alice.view().intents().contains(intent_id("i")));
  }
  SECTION("rejected") {
    decided.decision = claim_decision::rejected;
    session.hear(session.hub.says(decided));
    CHECK(session.alice.view().mine().empty());
    CHECK(session.alice.view().intents().contains(intent_id("i")));
  }
}
