#include "tools/mpac/terminal/event_line.hpp"
#include "tools/mpac/terminal/listings.hpp"
#include "tools/mpac/terminal/session_words.hpp"

#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace mpac::tools::terminal;
using namespace protocol;

namespace {

const principal_id me("human:bob");

origin by(std::string who) {
  origin from;
  from.principal = principal_id(std::move(who));
  return from;
}

std::string terminal_words(base::duration span) {
  return mpac::tools::terminal::words_of(span);
}

std::string told(const event& what) {
  const auto line = line_of(what, me);
  return line ? line->plain() : "";
}

} // namespace

TEST_CASE("events are told in one line, with the ids that are typed") {
  intent_announce announce;
  announce.intent_id = intent_id("intent-12345678-1234-4234-8234-123456789abc");
  announce.objective = "Fix it";
  announce.scope = file_set({"a.md", "b.md", "c.md", "d.md"});
  CHECK(told(heard<intent_announce>{by("agent:alice"), announce}) ==
        "agent:alice announces intent-12345678: Fix it  a.md, b.md, c.md and 1 more");

  op_commit commit;
  commit.op_id = op_id("o-1");
  commit.target = "a.md";
  commit.summary = "One word";
  CHECK(told(heard<op_commit>{by("agent:alice"), commit}) == "agent:alice commits a.md: One word  o-1");

  conflict_report report;
  report.conflict_id = conflict_id("c-1");
  report.category = conflict_category::scope_overlap;
  report.severity = severity::high;
  report.description = "both want a.md";
  report.related_intents = {intent_id("i-1"), intent_id("i-2")};
  CHECK(told(heard<conflict_report>{by("service:hub"), report}) ==
        "conflict c-1: scope_overlap, high: both want a.md; i-1, i-2");

  report.description.reset();
  report.related_intents.clear(); // as early coordinators report
  report.intent_a = intent_id("i-3");
  report.intent_b = intent_id("i-4");
  CHECK(told(heard<conflict_report>{by("service:hub"), report}) == "conflict c-1: scope_overlap, high; i-3, i-4");
}

TEST_CASE("a coordinator's heartbeat is no news, what it decides is") {
  coordinator_status status;
  status.event = coordinator_event::heartbeat;
  CHECK_FALSE(line_of(heard<coordinator_status>{by("service:hub"), status}, me));
  status.event = coordinator_event::authorization;
  status.authorized_op_id = op_id("o-1");
  auto from = by("service:hub");
  from.is_coordinator = true;
  CHECK(told(heard<coordinator_status>{from, status}) == "the coordinator lets o-1 go ahead");
}

TEST_CASE("silence and loss are said plainly") {
  CHECK(told(coordinator_silent{}).find("the coordinator is silent") == 0);
  CHECK(told(connection_lost{"reset", 1, std::chrono::seconds{2}}) == "connection lost: reset; next attempt in 2 s");
  CHECK(told(connection_lost{"reset", 1, {}}) == "connection lost: reset; given up");
}

TEST_CASE("no event lets control characters of others through") {
  const std::string evil = "\x1b[2J\u009b31m\r\n\u202e";
  intent_announce announce;
  announce.intent_id = intent_id(evil);
  announce.objective = evil;
  announce.scope = file_set({"x" + evil});
  intent_update update;
  update.intent_id = intent_id(evil);
  update.objective = evil;
  goodbye farewell;
  farewell.reason = word<goodbye_reason>(evil);
  protocol_error error;
  error.error_code = word<error_code>(evil);
  error.description = evil;
  resolution verdict;
  verdict.conflict_id = conflict_id(evil);
  verdict.decision = word<decision_kind>(evil);
  verdict.rationale = evil;
  const event events[] = {heard<intent_announce>{by(evil), announce},   heard<intent_update>{by(evil), update},
                          heard<goodbye>{by(evil), farewell},           heard<protocol_error>{by(evil), error},
                          heard<resolution>{by(evil), verdict},         heard<unknown_message>{by(evil), {evil, {}}},
                          file_updated{evil, evil, principal_id(evil)}, connection_lost{evil, 1, {}},
                          ended{ended::reason::refused, evil}};
  for (const auto& each : events) {
    const auto line = told(each);
    INFO(name_of(each));
    CHECK(line.find_first_of("\x1b\r\n") == line.npos);
    CHECK(line.find("\u009b") == line.npos);
    CHECK(line.find("\u202e") == line.npos);
    CHECK(line.find("\\x1b[2J") != line.npos);
  }
}

TEST_CASE("who works on what is listed, and so is that nobody does") {
  session_view view(me);
  CHECK(list_intents(view, base::now()).front().plain() == "nobody has announced anything");
  CHECK(list_conflicts(view).front().plain() == "nothing is disputed");
  intent_announce announce;
  announce.intent_id = intent_id("i-1");
  announce.objective = "Fix it";
  announce.scope = file_set({"a.md"});
  announce.ttl_sec = 60;
  const auto now = base::now();
  view.take(heard<intent_announce>{by("agent:alice"), announce}, now);
  const auto lines = list_intents(view, now);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].plain() == "i-1  agent:alice  a.md  for 1 min");
  CHECK(lines[1].plain() == "    Fix it");
  CHECK(list_participants(view).front().plain() == "agent:alice");
}

TEST_CASE("a change is shown as diff -u shows it") {
  std::string all;
  for (const auto& each : show_diff("a\n+fake.md", "one\ntwo\n", "one\n2\x1b\n"))
    all += each.plain() + '\n';
  CHECK(all == "--- a/a\\n+fake.md\n+++ b/a\\n+fake.md\n@@ -1,2 +1,2 @@\n one\n-two\n+2\\x1b\n");
  CHECK(show_diff("a", "same", "same").empty());
}

TEST_CASE("spans and ids in few words") {
  CHECK(terminal_words(std::chrono::milliseconds{1500}) == "2 s");
  CHECK(terminal_words(std::chrono::seconds{-3}) == "0 s");
  CHECK(terminal_words(std::chrono::seconds{61}) == "1 min 1 s");
  CHECK(terminal_words(std::chrono::seconds{3900}) == "1 h 5 min");
  CHECK(short_id("i-1") == "i-1");
  CHECK(short_id("op-12345678-1234-4234-8234-123456789abc") == "op-12345678");
  CHECK(short_id("12345678-1234-4234-8234-123456789abz") == "12345678-1234-4234-8234-123456789abz");
}
