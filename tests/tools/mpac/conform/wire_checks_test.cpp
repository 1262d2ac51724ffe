#include "tools/mpac/conform/check.hpp"
#include "tools/mpac/conform/record.hpp"

#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

using namespace mpac::tools;
using namespace mpac::tools::conform;

namespace {

constexpr std::string_view status =
    R"({"protocol":"MPAC","version":"0.1.13","message_type":"COORDINATOR_STATUS","message_id":"c1","session_id":"s",
        "sender":{"principal_id":"service:c","principal_type":"service","sender_instance_id":"service:c:1"},
        "ts":"2026-01-01T00:00:00.000Z","coordinator_epoch":1,"watermark":{"kind":"lamport_clock","value":4},
        "payload":{"event":"heartbeat","coordinator_id":"service:c","session_health":"healthy"}})";

heard_message heard(std::string_view text) {
  heard_message message;
  message.text = text;
  boost::system::error_code no;
  message.body = json::parse(text, no);
  message.is_json = !no;
  message.kind = text_at(message.body, "message_type");
  return message;
}

/// One after the other, each with the next id and the next Lamport value.
struct session {
  record all;
  std::int64_t clock = 3;

  conversation& person(std::string_view name) {
    all.principals.insert(std::string(name));
    return all.conversations.emplace_back(conversation{"s", std::string(name), "a check", {}, {}});
  }
  heard_message next() {
    auto message = heard(status);
    auto& body = message.body.as_object();
    body["message_id"] = "c" + std::to_string(++clock);
    body["watermark"].as_object()["value"] = clock;
    message.text = json::serialize(body);
    return message;
  }
};

std::set<std::string_view> complaining(const record& all) {
  std::set<std::string_view> names;
  for (const auto& each : wire_checks())
    if (!each.judge(all).empty())
      names.insert(each.name);
  return names;
}

using names = std::set<std::string_view>;

} // namespace

TEST_CASE("what is as it should be is passed over") {
  session s;
  auto& alice = s.person("alice");
  auto& bob = s.person("bob");
  for (int i = 0; i < 3; ++i) {
    alice.heard.push_back(s.next());
    bob.heard.push_back(alice.heard.back());
  }
  CHECK(complaining(s.all) == names{});
}

TEST_CASE("a Lamport value that does not rise is told with both", "[12.7-08]") {
  session s;
  auto& alice = s.person("alice");
  const auto early = s.next();
  alice.heard.push_back(s.next());
  alice.heard.push_back(early);
  CHECK(complaining(s.all) == names{"lamport-rises"});
  for (const auto& each : wire_checks())
    if (each.name == "lamport-rises")
      CHECK(each.judge(s.all) == "COORDINATOR_STATUS: 4 after 5 (in a check)");
}

TEST_CASE("two who hear two messages in different order are noticed", "[7.7-02]") {
  session s;
  auto& alice = s.person("alice");
  auto& bob = s.person("bob");
  const auto one = s.next(), other = s.next();
  alice.heard = {one, other};
  bob.heard = {other, one};
  CHECK(complaining(s.all) == names{"lamport-rises", "all-hear-one-order"});
}

TEST_CASE("one id for two messages is noticed, on one connection and on two", "[11.4-03]") {
  session s;
  const auto one = s.next();
  auto other = s.next();
  other.body.as_object()["message_id"] = text_at(one.body, "message_id");
  s.person("alice").heard = {one};
  s.person("bob").heard = {other};
  CHECK(complaining(s.all).contains("ids-are-unique"));
  session twice;
  const auto same = twice.next();
  twice.person("alice").heard = {same, same};
  CHECK(complaining(twice.all).contains("ids-are-unique"));
}

TEST_CASE("a refusal must be about something its receiver has said", "[22.1-21]") {
  session s;
  auto& alice = s.person("alice");
  auto refusal = s.next();
  auto& body = refusal.body.as_object();
  body["message_type"] = refusal.kind = "PROTOCOL_ERROR";
  body["payload"] = {{"error_code", "MALFORMED_MESSAGE"}, {"description", "no"}, {"refers_to", "m1"}};
  refusal.text = json::serialize(body);
  refusal.after = 1;
  alice.sent = {{"m1", nullptr, false}, {"m2", nullptr, false}};
  alice.heard = {refusal};
  CHECK(complaining(s.all) == names{});
  alice.heard[0].body.as_object()["payload"].as_object()["refers_to"] = "m2"; // which was said later
  CHECK(complaining(s.all) == names{"errors-name-their-message"});
  alice.heard[0].body.as_object()["payload"].as_object().erase("refers_to");
  CHECK(complaining(s.all) == names{"errors-name-their-message"});
  alice.sent[0].id.clear(); // what had no id can't be named
  CHECK(complaining(s.all) == names{});
}

TEST_CASE("what is told otherwise than it was said is noticed, files apart") {
  session s;
  auto& alice = s.person("alice");
  auto said = s.next();
  auto& body = said.body.as_object();
  body["sender"].as_object()["principal_id"] = "alice";
  body["payload"].as_object()["file_changes"] = json::object{{"a", 1}};
  alice.sent = {{std::string(text_at(said.body, "message_id")), said.body, true}};
  auto told = said;
  told.body.as_object()["payload"].as_object().erase("file_changes");
  alice.heard = {told};
  CHECK(complaining(s.all) == names{});
  alice.heard[0].body.as_object()["payload"].as_object()["event"] = "handover";
  CHECK(complaining(s.all) == names{"relays-are-unchanged"});
}

TEST_CASE("rubbish is a finding of its own and spoils no other check", "[11-01]") {
  for (const char* text : {"", "{", "7", "null", "[]", R"({"message_type":7})", R"({"a":1})"}) {
    session s;
    s.person("alice").heard = {heard(text)};
    CHECK(complaining(s.all).contains("messages-are-json"));
  }
}

TEST_CASE("every check has a name of its own, a section, and one way to be played") {
  std::set<std::string_view> seen;
  for (const auto& each : all_checks()) {
    INFO(each.name);
    CHECK(seen.insert(each.name).second);
    CHECK_FALSE(each.expected.empty());
    CHECK((each.play == nullptr) != (each.judge == nullptr));
    CHECK((each.level == level::practice) == each.requirement.empty());
    CHECK((each.level == level::practice ||
           each.requirement.substr(0, each.requirement.find('-')).starts_with(each.section)));
  }
}
