#include "tools/mpac/watch/event_json.hpp"
#include "tools/mpac/watch/page.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

using namespace mpac;
using namespace mpac::tools::watch;
using namespace protocol;

namespace {

const base::instant now{std::chrono::seconds{1'800'000'000}};

client::origin by(std::string who) {
  client::origin from;
  from.principal = principal_id(std::move(who));
  return from;
}

client::session_view session(std::size_t intents) {
  client::session_view view(principal_id("service:watch"));
  for (std::size_t i = 0; i < intents; ++i) {
    intent_announce said;
    said.intent_id = intent_id("i-" + std::to_string(i));
    said.objective = "日本 objective number " + std::to_string(i) + "\x1b[2J";
    said.scope = file_set({"a/long/path/to/some/file" + std::to_string(i) + ".cpp"});
    view.take(client::heard<intent_announce>{by("agent:somebody-" + std::to_string(i)), said}, now);
  }
  return view;
}

std::string text(const mpac::tools::terminal::styled_lines& lines) {
  std::string all;
  for (const auto& each : lines)
    all += each.plain() + '\n';
  return all;
}

watched connected() {
  watched what;
  what.session = "demo";
  what.where = "ws://hub:1";
  what.since = now;
  return what;
}

} // namespace

TEST_CASE("a page fits whatever the terminal's size") {
  CHECK(rc::check([] {
    const auto columns = *rc::gen::inRange<std::size_t>(1, 200), rows = *rc::gen::inRange<std::size_t>(1, 60);
    auto what = connected();
    for (int i = 0; i < 30; ++i) {
      what.commits.push_back({now, "commit of something long enough to be cut where it is narrow, and then some"});
      what.events.push_back({now, "event"});
    }
    const auto lines = page(what, session(*rc::gen::inRange<std::size_t>(0, 40)), now, columns, rows);
    RC_ASSERT(lines.size() <= rows);
    for (const auto& each : lines) {
      RC_ASSERT(each.columns() <= columns);
      RC_ASSERT(each.plain().find('\x1b') == std::string::npos);
    }
  }));
}

TEST_CASE("what does not fit is counted, and the newest events are kept") {
  auto what = connected();
  for (int i = 0; i < 30; ++i)
    what.events.push_back({now, "event " + std::to_string(i)});
  const auto all = text(page(what, session(20), now, 80, 24));
  CHECK(all.find("INTENTS  20") != all.npos);
  CHECK(all.find(" more\n") != all.npos);
  CHECK(all.find("event 29") != all.npos);
  CHECK(all.find("event 0\n") == all.npos);
  for (const char* title : {"PARTICIPANTS", "INTENTS", "CONFLICTS", "COMMITS", "EVENTS"})
    CHECK(all.find(title) != all.npos);
}

TEST_CASE("what is old says so in the first line") {
  auto what = connected();
  CHECK(text(page(what, session(1), now, 80, 24)).find("demo  connected") == 0);
  what.is = standing::silent;
  CHECK(text(page(what, session(1), now + std::chrono::seconds{12}, 80, 24))
            .find("demo  THE COORDINATOR HAS BEEN SILENT for 12 s") == 0);
  what.is = standing::lost;
  what.why = "reset";
  CHECK(text(page(what, session(1), now + std::chrono::seconds{3}, 80, 24)).find("demo  CONNECTION LOST for 3 s") == 0);
}

TEST_CASE("long names of others leave room for what is said of them") {
  const std::string length(100, 'x');
  auto what = connected();
  what.session = length;
  what.is = standing::lost;
  client::session_view view(principal_id("service:watch"));
  session_overview all;
  participant_summary gone;
  gone.principal_id = principal_id("agent:" + length);
  gone.roles = {"contributor", "reviewer", "owner", "arbiter"};
  gone.is_available = false;
  all.participants = {gone};
  conflict_summary dispute;
  dispute.conflict_id = conflict_id("c-1");
  dispute.category = "scope_overlap";
  dispute.severity = "medium";
  dispute.principal_a = principal_id("agent:a" + length);
  dispute.principal_b = principal_id("agent:b" + length);
  all.open_conflicts = {dispute};
  view.take(all);
  for (const std::size_t columns : {80, 100, 140}) {
    const auto shown = text(page(what, view, now, columns, 24));
    INFO(shown);
    CHECK(shown.find("CONNECTION LOST") != shown.npos);
    CHECK(shown.find("not here") != shown.npos);
    CHECK(shown.find("agent:a") != shown.npos);
    CHECK(shown.find("agent:b") != shown.npos);
  }
}

TEST_CASE("a suspended intent and an overdue one are marked") {
  client::session_view view = session(1);
  view.look(now + std::chrono::hours{1});
  CHECK(text(page(connected(), view, now, 120, 30)).find("overdue") == std::string::npos); // no TTL is known
  goodbye left;
  left.reason = goodbye_reason::user_exit;
  left.intent_disposition = word<intent_disposition>(intent_disposition::transfer);
  view.take(client::heard<goodbye>{by("agent:somebody-0"), left}, now);
  CHECK(text(page(connected(), view, now, 120, 30)).find("suspended: ") != std::string::npos);
}

TEST_CASE("an event is one line of JSON without control characters") {
  intent_withdraw said{intent_id("i-1"), "a\nb\x7f\u009b\x1b"};
  const auto line = to_json(client::heard<intent_withdraw>{by("agent:a"), said}, now);
  CHECK(line.find("\"event\":\"INTENT_WITHDRAW\"") != line.npos);
  CHECK(line.find("\"principal\":\"agent:a\"") != line.npos);
  CHECK(line.find(R"(a\nb\u007f\u009b\u001b)") != line.npos);
  CHECK(to_json(client::coordinator_silent{}, now).find("\"event\":\"coordinator_silent\"") != std::string::npos);
}
