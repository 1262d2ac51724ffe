#include "client/open_requests.hpp"

#include "tests/client/coordinator.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

const principal_id me("agent:alice");

/// Requests, and what is heard of them.
struct exchange {
  open_requests open{me};
  std::vector<completion> done;
  decoder read;

  void ask(const std::string& id, awaited what, const std::string& subject = {}, base::instant due = base::never,
           std::size_t bytes = 0) {
    open.add({message_id(id), what, subject, due, false, false, bytes});
  }
  void hear(const std::string& text, bool is_coordinators) {
    const auto said = read.decode_told(text);
    if (!said)
      FAIL(said.error().description);
    open.hear(std::get<envelope>(*said), is_coordinators, text, done);
  }
  const completion& only() {
    REQUIRE(done.size() == 1);
    return done.front();
  }
};

coordinator hub;

} // namespace

TEST_CASE("the echo of a message is its receipt, and nobody else's is") {
  exchange between;
  between.ask("agent:alice-1", awaited::echo);
  between.ask("agent:alice-2", awaited::echo);
  between.hear(peer{"agent:bob", 1}.says(intent_withdraw{intent_id("i"), {}}), false);
  CHECK(between.done.empty());
  between.hear(peer{"agent:alice", 1}.says(intent_withdraw{intent_id("i"), {}}), false);
  CHECK(between.only().request == message_id("agent:alice-2"));
  CHECK(std::get<receipt>(between.only().with).was_echoed);
}

TEST_CASE("an error ends the request it refers to", "[22.1]") {
  exchange between;
  between.ask("m-1", awaited::echo);
  between.ask("m-2", awaited::echo);
  between.hear(hub.says(protocol_error{error_code::intent_backoff, message_id("m-2"), "too early",
                                       json_text{R"({"retry_after_sec": 2.5})"}}),
               true);
  CHECK(between.only().request == message_id("m-2"));
  const auto& why = std::get<request_error>(between.only().with);
  CHECK(why.why == obstacle::refused);
  CHECK(why.is(error_code::intent_backoff));
  CHECK(why.retry_after == base::duration(2500ms));
  CHECK(describe(why) == "refused (INTENT_BACKOFF): too early");
}

TEST_CASE("a warning and news of a difference are no refusals") {
  exchange between;
  between.ask("m-1", awaited::echo);
  between.hear(hub.says(protocol_error{error_code::scope_frozen, message_id("m-1"), "warning",
                                       json_text{R"({"warning":true})"}}),
               true);
  between.hear(hub.says(protocol_error{error_code::state_divergence, message_id("m-1"), "differs", {}}), true);
  CHECK(between.done.empty());
}

TEST_CASE("a proposal in pre_commit waits for its authorisation, or its rejection", "[7.8][16.4][7.8-C03]") {
  exchange between;
  between.ask("agent:alice-1", awaited::authorisation, "op-1");
  between.hear(peer{"agent:alice"}.says(op_propose{op_id("op-1"), {}, "a.py", "replace", {}, {}}), false);
  CHECK(between.done.empty());
  SECTION("authorised") {
    auto told = hub.state(coordinator_event::authorization);
    told.authorized_op_id = op_id("op-other");
    told.authorized_by = principal_id("service:c");
    between.hear(hub.says(told), true);
    CHECK(between.done.empty());
    told.authorized_op_id = op_id("op-1");
    between.hear(hub.says(told), true);
    CHECK(std::get<proposal_receipt>(between.only().with).authorised_by == principal_id("service:c"));
  }
  SECTION("rejected by the coordinator") {
    between.hear(hub.says(op_reject{op_id("op-1"), "intent_terminated", {}, {}}), true);
    CHECK(std::get<request_error>(between.only().with).why == obstacle::rejected);
  }
  SECTION("rejected by a reviewer") {
    between.hear(peer{"human:rita"}.says(op_reject{op_id("op-1"), "not so", {}, {}}), false);
    CHECK(std::get<request_error>(between.only().with).what == "not so");
  }
  SECTION("its connection breaks: it waits on, for the coordinator has it") {
    between.open.connection_lost(between.done);
    between.open.caught_up(true, between.done);
    CHECK(between.done.empty());
  }
}

TEST_CASE("a claim waits for its own status", "[14.7.4.1]") {
  exchange between;
  between.ask("m-1", awaited::claim_status, "claim-1");
  intent_claim_status told;
  told.claim_id = claim_id("claim-2");
  told.original_intent_id = intent_id("i");
  told.decision = claim_decision::approved;
  between.hear(hub.says(told), true);
  CHECK(between.done.empty());
  told.claim_id = claim_id("claim-1");
  told.decision = claim_decision::rejected;
  between.hear(hub.says(told), true);
  CHECK(std::get<intent_claim_status>(between.only().with).decision.is(claim_decision::rejected));
}

TEST_CASE("the refused entries of a batch are told with its echo", "[16.8]") {
  exchange between;
  between.ask("agent:alice-1", awaited::batch_echo, "batch-1");
  op_batch_commit batch;
  batch.batch_id = op_id("batch-1");
  batch.operations.resize(1);
  batch.operations[0] = {op_id("op-1"), {}, "a", "replace", {}, {}, {}};
  auto text = peer{"agent:alice"}.says(batch);
  text.insert(text.find("\"batch_id\""), R"("rejected_ops":["op-2","op-\u0033"],)");
  between.hear(text, false);
  CHECK(std::get<batch_receipt>(between.only().with).rejected == std::vector{op_id("op-2"), op_id("op-3")});
}

TEST_CASE("answers of the sideband come in the order of the questions") {
  exchange between;
  between.ask("s-1", awaited::file, "a.py");
  between.ask("s-2", awaited::file, "b.py");
  between.open.hear(file_error{"b.py", "File not found"}, between.done);
  CHECK(between.only().request == message_id("s-2"));
  between.open.hear(file_content{"a.py", "x", "sha256:1"}, between.done);
  CHECK(between.done.at(1).request == message_id("s-1"));
}

TEST_CASE("where nothing is echoed, a later answer proves that what was asked before was not refused") {
  exchange between;
  between.ask("m-1", awaited::echo);
  between.ask("s-1", awaited::overview);
  between.ask("m-2", awaited::echo);
  CHECK(between.open.hear(session_overview{}, true, between.done));
  REQUIRE(between.done.size() == 2);
  CHECK(between.done[0].request == message_id("m-1"));
  CHECK_FALSE(std::get<receipt>(between.done[0].with).was_echoed);
  CHECK(between.done[1].request == message_id("s-1"));
  CHECK_FALSE(between.open.hear(session_overview{}, true, between.done)); // nobody asked for that one
}

TEST_CASE("an answer that is not among what was missed was never given") {
  exchange between;
  between.ask("agent:alice-1", awaited::echo);
  between.ask("agent:alice-2", awaited::echo);
  between.ask("s-1", awaited::file_list);
  between.open.connection_lost(between.done);
  CHECK(between.only().request == message_id("s-1"));
  CHECK(std::get<request_error>(between.only().with).is_known_not_taken);
  between.done.clear();
  between.hear(peer{"agent:alice"}.says(intent_withdraw{intent_id("i"), {}}), false);
  CHECK(std::holds_alternative<receipt>(between.only().with)); // the first was taken
  between.done.clear();
  SECTION("which is known where all was told") {
    between.open.caught_up(true, between.done);
    CHECK(std::get<request_error>(between.only().with).is_known_not_taken);
  }
  SECTION("and not where some was gone") {
    between.open.caught_up(false, between.done);
    CHECK_FALSE(std::get<request_error>(between.only().with).is_known_not_taken);
  }
}

TEST_CASE("a request that is not answered in time ends") {
  exchange between;
  between.ask("m-1", awaited::echo, {}, start + 5s);
  between.ask("m-2", awaited::echo, {}, start + 9s);
  CHECK(between.open.next_due() == start + 5s);
  between.open.look(start + 5s, between.done);
  CHECK(between.only().request == message_id("m-1"));
  CHECK(std::get<request_error>(between.only().with).why == obstacle::timed_out);
}

TEST_CASE("of what was open when the coordinator found a message too large, the largest ends with that") {
  exchange between;
  between.ask("agent:alice-1", awaited::echo, {}, base::never, 9000); // it has been taken
  between.hear(peer{"agent:alice"}.says(intent_withdraw{intent_id("i"), {}}), false);
  between.done.clear();
  between.ask("m-2", awaited::echo, {}, base::never, 700);
  between.ask("m-3", awaited::echo, {}, start + 5s, 7000);
  between.ask("m-4", awaited::echo, {}, base::never, 80);

  SECTION("and the others may have been taken") {
    between.open.too_large("at most 4096 bytes", between.done);
    CHECK(between.only().request == message_id("m-3"));
    const auto why = std::get<request_error>(between.only().with);
    CHECK(why.why == obstacle::too_large);
    CHECK(why.what.find("7000 bytes") != std::string::npos);
    CHECK(why.what.find("at most 4096 bytes") != std::string::npos);
    CHECK_FALSE(may_pass(why));
    between.done.clear();
    between.open.connection_lost(between.done);
    between.open.caught_up(true, between.done);
    REQUIRE(between.done.size() == 2);
    CHECK(std::get<request_error>(between.done[0].with).is_known_not_taken);
  }
  SECTION("but for one that nobody waits for any more: then nobody else is to blame") {
    between.open.look(start + 5s, between.done);
    between.done.clear();
    between.open.too_large("message too big", between.done);
    CHECK(between.done.empty());
  }
  SECTION("but not what was sent on an earlier connection") {
    between.open.connection_lost(between.done);
    between.ask("m-5", awaited::echo, {}, base::never, 500);
    between.open.too_large("message too big", between.done);
    CHECK(between.only().request == message_id("m-5"));
  }
}
