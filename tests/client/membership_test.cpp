#include "client/membership.hpp"

#include "tests/client/coordinator.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/json.hpp"

#include <algorithm>

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using namespace std::chrono_literals;
using mpac::tests::number_at;
using mpac::tests::parse_json;
using mpac::tests::text_at;

namespace {

intent_announce announcement(const std::string& id, const std::string& file) {
  intent_announce said;
  said.intent_id = intent_id(id);
  said.objective = "work";
  said.scope = file_set({file});
  return said;
}

std::uint64_t lamport_in(const std::string& text) {
  return static_cast<std::uint64_t>(number_at(parse_json(text), "watermark.value"));
}

request_error error_of(const base::result<message_id, request_error>& asked) {
  REQUIRE_FALSE(asked);
  return asked.error();
}

} // namespace

TEST_CASE("the Lamport clock starts at 0, goes up with each message, and past everything heard",
          "[12.7][12.7-C01][12.7-C02][12.7-C03][12.7-C04][23.3-C02]") {
  auto alice = alices();
  coordinator hub{.lamport = 40};
  CHECK(alice.lamport() == 0);
  const auto greeting = alice.say_hello(start);
  CHECK(lamport_in(greeting.say.at(0)) == 1);
  (void)alice.hear(hub.says(coordinator::info(), alice.hello_id().str()), start); // 41
  CHECK(alice.lamport() == 42);
  step made;
  REQUIRE(alice.ask(announcement("i", "a.py"), start, base::never, made));
  CHECK(lamport_in(made.say.at(0)) == 43);
  (void)alice.hear(peer{"agent:bob", 7}.says(intent_withdraw{intent_id("x"), {}}), start);
  CHECK(alice.lamport() == 44); // the lower value counts as heard all the same
}

TEST_CASE("clock and instance go on from one connection to the next",
          "[12.7][8.1.1.3][12.7-C05][8.1.1.4-C02][11-C03]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  const auto before = alice.lamport();
  (void)alice.connection_lost(start);
  const auto again = alice.say_hello(start + 1s);
  CHECK(lamport_in(again.say.at(0)) == before + 1);
  CHECK(text_at(parse_json(again.say.at(0)), "sender.sender_instance_id") == "agent:alice:1");
}

TEST_CASE("who comes back asks for what it has missed, of a coordinator that understands", "[12.8]") {
  auto alice = alices();
  coordinator hub;
  const auto first = alice.say_hello(start);
  CHECK(parse_json(first.say.at(0)).HasMember("extensions") == false);
  (void)alice.hear(hub.says(coordinator::info(), alice.hello_id().str()), start);
  (void)alice.hear(hub.status(), start);
  (void)alice.connection_lost(start);
  const auto letter = parse_json(alice.say_hello(start).say.at(0));
  const auto& missed = letter["extensions"]["mpac_cluster.missed"];
  CHECK(text_at(missed, "after_message_id") == "service:coordinator-demo:epoch-1:2");
  CHECK(number_at(missed, "after_lamport") == 2);

  SECTION("which ends with the word that all has come") {
    auto back = alice.hear(hub.says(coordinator::info(), alice.hello_id().str()), start);
    CHECK(find<joined>(back)->is_return);
    CHECK_FALSE(alice.has_caught_up());
    back = alice.hear(peer{"agent:bob"}.says(announcement("i-bob", "b.py")), start);
    CHECK(find<heard<intent_announce>>(back)->from.is_missed);
    back = alice.hear(hub.replayed(alice.hello_id().str(), 1), start);
    REQUIRE(find<caught_up>(back));
    CHECK(find<caught_up>(back)->frames == 1);
    CHECK(find<caught_up>(back)->is_complete);
    CHECK(alice.has_caught_up());
  }
  SECTION("or that it is no longer kept, with a summary") {
    (void)alice.hear(hub.says(coordinator::info(), alice.hello_id().str()), start);
    (void)alice.hear(hub.says(protocol_error{error_code::causal_gap, alice.hello_id(), "no longer kept", {}},
                              alice.hello_id().str()),
                     start);
    CHECK_FALSE(alice.has_caught_up());
    session_summary_response summary;
    summary.session.session_id = session_id("demo");
    const auto back = alice.hear(encode(sideband_answer(summary))->payload(), start);
    REQUIRE(find<caught_up>(back));
    CHECK_FALSE(find<caught_up>(back)->is_complete);
  }
}

TEST_CASE("a connection that breaks while missed frames come has them asked for again", "[12.8]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  (void)alice.hear(hub.status(), start); // 2, the last before the gap
  step made;
  const auto asked = alice.ask(announcement("i-1", "a.py"), start, base::never, made);
  REQUIRE(asked);
  (void)alice.connection_lost(start);

  coordinator later{.epoch = 2, .lamport = 7};
  (void)alice.say_hello(start);
  (void)alice.hear(later.says(coordinator::info(), alice.hello_id().str()), start);
  (void)alice.hear(later.says(later.state(coordinator_event::recovered)), start);
  for (const auto& each : alice.connection_lost(start).done)
    CHECK(each.request != *asked); // the answer may still be among what was missed

  const auto letter = parse_json(alice.say_hello(start).say.at(0));
  const auto& missed = letter["extensions"]["mpac_cluster.missed"];
  CHECK(text_at(missed, "after_message_id") == "service:coordinator-demo:epoch-1:2");
  CHECK(number_at(missed, "after_lamport") == 2);
  (void)alice.hear(later.says(coordinator::info(), alice.hello_id().str()), start);
  // What the earlier coordinator said is believed, for it is told again.
  const auto recalled = alice.hear(hub.status(), start);
  CHECK_FALSE(find<frame_ignored>(recalled));
  CHECK(find<heard<coordinator_status>>(recalled));
}

TEST_CASE("a coordinator that tells nothing again is not waited for without end", "[12.8]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  step made;
  const auto asked = alice.ask(announcement("i-1", "a.py"), start, base::never, made);
  REQUIRE(asked);
  (void)alice.connection_lost(start);
  (void)alice.say_hello(start);
  (void)alice.hear(hub.says(coordinator::info(), alice.hello_id().str()), start);
  (void)alice.hear(hub.status(), start + 9s);
  for (auto now = alice.next_look(); now < start + 19s; now = alice.next_look())
    CHECK_FALSE(find<caught_up>(alice.look(now)));
  CHECK(alice.next_look() == start + 19s);
  const auto back = alice.look(start + 19s);
  REQUIRE(find<caught_up>(back));
  CHECK_FALSE(find<caught_up>(back)->is_complete);
  CHECK(alice.has_caught_up());
  REQUIRE(back.done.size() == 1);
  CHECK(back.done[0].request == *asked);
  CHECK_FALSE(std::get<request_error>(back.done[0].with).is_known_not_taken);
}

TEST_CASE("of a coordinator that knows no extensions nothing is asked in HELLO, but a summary after it") {
  auto alice = alices();
  coordinator early;
  (void)alice.say_hello(start);
  (void)alice.hear(early.says(coordinator::info()), start); // it does not say what it answers
  REQUIRE(alice.is_joined());
  (void)alice.connection_lost(start);
  const auto again = alice.say_hello(start);
  CHECK_FALSE(parse_json(again.say.at(0)).HasMember("extensions"));
  const auto back = alice.hear(early.says(coordinator::info()), start);
  REQUIRE(back.say.size() == 1);
  CHECK(text_at(parse_json(back.say[0]), "type") == "SESSION_SUMMARY");
  CHECK_FALSE(alice.has_caught_up());
}

TEST_CASE("a frame that comes twice is heard once") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  const auto said = peer{"agent:bob"}.says(announcement("i-bob", "b.py"));
  CHECK(alice.hear(said, start).events.size() == 1);
  CHECK(alice.hear(said, start).events.empty());
}

TEST_CASE("heartbeats go out by themselves, as often as the session says", "[14.3]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  CHECK(alice.next_look() == start + 10s);
  CHECK(alice.look(start + 9s).say.empty());
  protocol::heartbeat busy;
  busy.status = participant_status::working;
  alice.set_heartbeat(busy);
  const auto beat = alice.look(start + 10s);
  REQUIRE(beat.say.size() == 1);
  CHECK(text_at(parse_json(beat.say[0]), "message_type") == "HEARTBEAT");
  CHECK(text_at(parse_json(beat.say[0]), "payload.status") == "working");
  CHECK(alice.next_look() == start + 20s);
  (void)alice.connection_lost(start + 11s);
  CHECK(alice.next_look() == base::never);
}

TEST_CASE("while the coordinator is silent nothing goes out that touches what others hold",
          "[8.1.1.1][8.1.1.1-C02][8.1.1.1-C03][7.7-C01][7.7-C02][7.7-C03][7.7-C04]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  (void)alice.hear(peer{"agent:bob"}.says(announcement("i-bob", "b.py")), start + 15s);
  const auto quiet = alice.look(start + 20s);
  REQUIRE(find<coordinator_silent>(quiet));
  CHECK_FALSE(quiet.has_to_reconnect); // bob was heard a moment ago
  CHECK_FALSE(alice.hears_coordinator());

  step made;
  const auto now = start + 20s;
  CHECK(error_of(alice.ask(announcement("i-1", "b.py"), now, base::never, made)).why == obstacle::coordinator_silent);
  op_commit commit;
  commit.op_id = op_id("o-1");
  commit.target = "b.py";
  CHECK(error_of(alice.ask(commit, now, base::never, made)).why == obstacle::coordinator_silent);
  commit.target = "mine.py";
  CHECK(error_of(alice.ask(commit, now, base::never, made)).why == obstacle::coordinator_silent);
  CHECK(error_of(alice.ask(op_batch_commit{}, now, base::never, made)).why == obstacle::coordinator_silent);
  CHECK(error_of(alice.ask(resolution{}, now, base::never, made)).why == obstacle::coordinator_silent);
  CHECK(made.say.empty());
  CHECK(alice.ask(announcement("i-2", "mine.py"), now, base::never, made));
  CHECK(alice.ask(intent_withdraw{intent_id("i-2"), {}}, now, base::never, made));

  SECTION("until it is heard again") {
    const auto back = alice.hear(hub.status(), now);
    CHECK(find<coordinator_back>(back));
    CHECK(alice.ask(announcement("i-3", "b.py"), now, base::never, made));
  }
  SECTION("and the connection is made anew when nobody is heard") {
    CHECK(alice.look(start + 35s).has_to_reconnect);
  }
}

TEST_CASE("a stale coordinator is not believed, and a rival is told on", "[8.1.1.4][22.1-11]") {
  auto alice = alices();
  coordinator old, fresh{.epoch = 2, .lamport = 50};
  join(alice, old);
  const auto taken_over = alice.hear(fresh.status(), start);
  // SPEC 8.1.1.4: HELLO to the one that has taken over, with the same instance and a clock that goes on.
  REQUIRE(taken_over.say.size() == 1);
  CHECK(text_at(parse_json(taken_over.say[0]), "message_type") == "HELLO");
  (void)alice.hear(fresh.says(coordinator::info(), alice.hello_id().str()), start);

  old.lamport = 900;
  const auto late = alice.hear(old.status(), start);
  REQUIRE(find<frame_ignored>(late));
  CHECK(find<frame_ignored>(late)->is == frame_ignored::reason::stale_coordinator);
  CHECK(alice.lamport() < 900);

  coordinator rival{.epoch = 2, .lamport = 1, .name = "service:other"};
  const auto claimed = alice.hear(rival.status(), start);
  CHECK(find<frame_ignored>(claimed));
  REQUIRE(claimed.say.size() == 1);
  CHECK(text_at(parse_json(claimed.say[0]), "payload.error_code") == "COORDINATOR_CONFLICT");
}

TEST_CASE("whatever a new coordinator says first, it is greeted", "[8.1.1.4-C01]") {
  auto alice = alices();
  coordinator old, fresh{.epoch = 2, .lamport = 50};
  join(alice, old);
  const auto taken_over =
      alice.hear(fresh.says(protocol_error{error_code::internal_error, message_id("x"), "odd", {}}), start);
  REQUIRE(taken_over.say.size() == 1);
  CHECK(text_at(parse_json(taken_over.say[0]), "message_type") == "HELLO");
}

TEST_CASE("a silent coordinator that ends what was missed is heard again", "[8.1.1.1]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  (void)alice.connection_lost(start);
  (void)alice.say_hello(start);
  (void)alice.hear(hub.says(coordinator::info(), alice.hello_id().str()), start);
  peer bob{"agent:bob"};
  for (const auto after : {8s, 16s}) // many frames
    (void)alice.hear(bob.says(announcement("i" + std::to_string(after.count()), "b.py")), start + after);
  REQUIRE(find<coordinator_silent>(alice.look(start + 20s)));
  const auto back = alice.hear(hub.replayed(alice.hello_id().str(), 2), start + 21s);
  CHECK(find<coordinator_back>(back));
  CHECK(find<caught_up>(back));
}

TEST_CASE("a gap that the coordinator will not fill is closed by the summary", "[12.8]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  session_summary_response summary;
  summary.session.session_id = session_id("demo");
  (void)alice.hear(encode(sideband_answer(summary))->payload(), start);
  const auto shown = alice.hear(peer{"agent:bob"}.says(intent_withdraw{intent_id("i-lost"), {}}), start);
  const auto asked = text_at(parse_json(shown.say.at(0)), "message_id");
  (void)alice.hear(hub.says(protocol_error{error_code::rate_limited, message_id(asked), "too fast", {}}), start);
  CHECK(find<caught_up>(alice.hear(encode(sideband_answer(summary))->payload(), start)));
}

TEST_CASE("what refers to something untold shows a gap, and judgements wait until it is closed", "[12.8][12.8-C02]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  session_summary_response summary;
  summary.session.session_id = session_id("demo");
  (void)alice.hear(encode(sideband_answer(summary))->payload(), start);

  const auto strange = peer{"agent:bob"}.says(intent_withdraw{intent_id("i-lost"), {}});
  const auto shown = alice.hear(strange, start);
  REQUIRE(find<causal_gap>(shown));
  CHECK(find<causal_gap>(shown)->missing == "i-lost");
  const auto asked = parse_json(shown.say.at(0));
  CHECK(text_at(asked, "payload.error_code") == "CAUSAL_GAP");
  CHECK(text_at(asked, "payload.refers_to") == "agent:bob-1");

  step made;
  resolution judged;
  judged.conflict_id = conflict_id("c");
  judged.decision = decision_kind::dismissed;
  CHECK(error_of(alice.ask(judged, start, base::never, made)).why == obstacle::causal_gap);
  CHECK(alice.ask(announcement("i", "a.py"), start, base::never, made)); // this may go on

  (void)alice.hear(hub.replayed(text_at(asked, "message_id"), 0), start);
  CHECK(alice.ask(judged, start, base::never, made));
}

TEST_CASE("a refused scope is not announced again at once, unless one insists", "[15.3.1]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  step made;
  REQUIRE(alice.ask(announcement("i-1", "a.py"), start, base::never, made));
  auto echo = peer{"agent:alice"};
  (void)alice.hear(echo.says(announcement("i-1", "a.py")), start);
  resolution verdict;
  verdict.conflict_id = conflict_id("c");
  verdict.decision = decision_kind::rejected;
  verdict.outcome.emplace();
  verdict.outcome->rejected = {"i-1"};
  (void)alice.hear(peer{"human:carol"}.says(verdict), start);
  const auto held = error_of(alice.ask(announcement("i-2", "a.py"), start + 10s, base::never, made));
  CHECK(held.why == obstacle::backoff);
  CHECK(held.retry_after == base::duration(20s));
  CHECK(alice.ask(announcement("i-3", "b.py"), start + 10s, base::never, made));
  CHECK(alice.insist(announcement("i-4", "a.py"), start + 10s, base::never, made));
  CHECK(alice.ask(announcement("i-5", "a.py"), start + 30s, base::never, made));
}

TEST_CASE("what can't be read is told, and the next frame is heard") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  for (const auto* odd : {"", "[]", "{\"type\":\"SOMETHING\"}", "{\"protocol\":\"MPAC\"}", "\xff"}) {
    INFO(odd);
    const auto made = alice.hear(odd, start);
    REQUIRE(find<frame_ignored>(made));
    CHECK(find<frame_ignored>(made)->is == frame_ignored::reason::unreadable);
  }
  CHECK(find<heard<coordinator_status>>(alice.hear(hub.status(), start)));
}

TEST_CASE("the end of the session ends everything that is open", "[14.5]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  step made;
  const auto asked = alice.ask(announcement("i", "a.py"), start, base::never, made);
  session_close closed;
  closed.reason = close_reason::completed;
  const auto last = alice.hear(hub.says(closed), start);
  CHECK(last.is_over == ended::reason::session_closed);
  REQUIRE(last.done.size() == 1);
  CHECK(last.done[0].request == *asked);
  CHECK(std::get<request_error>(last.done[0].with).why == obstacle::session_over);
}

TEST_CASE("where nothing is echoed, success shows by the summary, and refused scopes are minded all the same",
          "[15.3.1]") {
  auto how = alices_options();
  how.is_echoed = false;
  auto alice = alices(how);
  coordinator hub;
  join(alice, hub);
  session_summary_response summary;
  summary.session.session_id = session_id("demo");
  step made;
  REQUIRE(alice.ask(announcement("i-1", "a.py"), start, base::never, made));
  const auto told = alice.hear(encode(sideband_answer(summary))->payload(), start);
  REQUIRE_FALSE(told.done.empty());
  CHECK(std::holds_alternative<receipt>(told.done.front().with));
  resolution verdict;
  verdict.conflict_id = conflict_id("c");
  verdict.decision = decision_kind::rejected;
  verdict.outcome.emplace();
  verdict.outcome->rejected = {"i-1"};
  (void)alice.hear(peer{"human:carol"}.says(verdict), start);
  CHECK(error_of(alice.ask(announcement("i-2", "a.py"), start + 10s, base::never, made)).why == obstacle::backoff);
}

TEST_CASE("a summary that nobody has asked for proves nothing of what was said meanwhile", "[12.8]") {
  auto how = alices_options();
  how.is_echoed = false;
  auto alice = alices(how);
  coordinator hub;
  join(alice, hub);
  (void)alice.connection_lost(start);
  (void)alice.say_hello(start);
  (void)alice.hear(hub.says(coordinator::info(), alice.hello_id().str()), start); // and asks how things stand
  const json_text kept_from{R"({"mpac_cluster.kept_from_lamport":7})"};
  (void)alice.hear(hub.says(protocol_error{error_code::causal_gap, alice.hello_id(), "no longer kept", kept_from},
                            alice.hello_id().str()),
                   start);
  (void)alice.hear(hub.says(protocol_error{error_code::stale_intent, message_id("another"), "of another", {}}), start);
  session_summary_response summary;
  summary.session.session_id = session_id("demo");
  const auto text = std::string(encode(sideband_answer(summary))->payload());
  REQUIRE(find<caught_up>(alice.hear(text, start))); // it comes behind the error by itself
  step made;
  const auto asked = alice.ask(announcement("i", "a.py"), start, base::never, made);
  const auto ends = [&](const step& after) {
    return std::any_of(after.done.begin(), after.done.end(), [&](auto& each) { return each.request == *asked; });
  };
  CHECK_FALSE(ends(alice.hear(text, start))); // the answer to what was asked after joining
  CHECK(ends(alice.hear(text, start)));
}

TEST_CASE("who is to decide a conflict of others asks what it is about", "[17.4-03]") {
  auto alice = alices();
  coordinator hub;
  join(alice, hub);
  const conflict_escalate handed{conflict_id("c"), principal_id("agent:alice"), "who goes first?", {}};
  const auto asked = alice.hear(peer{"agent:bob", 7}.says(handed), start);
  REQUIRE(asked.say.size() == 1);
  CHECK(text_at(parse_json(asked.say[0]), "type") == "SESSION_SUMMARY");
  CHECK(alice.view().conflicts().at(conflict_id("c")).escalated_to == principal_id("agent:alice"));

  const conflict_escalate elsewhere{conflict_id("d"), principal_id("agent:carol"), "who goes first?", {}};
  CHECK(alice.hear(peer{"agent:bob", 8}.says(elsewhere), start).say.empty());
  CHECK_FALSE(alice.view().conflicts().contains(conflict_id("d")));
}
