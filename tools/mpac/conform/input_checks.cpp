// Layer input: what no participant should send, and a coordinator gets all the same (SPEC 11, 21, 22, 25).
#include "tools/mpac/conform/scene.hpp"

namespace mpac::tools::conform {
namespace {

constexpr std::size_t deep = 200; ///< levels of nesting

/// Sends a text that is no message; it is refused, and its sender is heard as before.
void is_survived(scene& s, std::string text) {
  auto& alice = s.join("alice");
  alice.send_text(std::move(text));
  if (!alice.may_hear("PROTOCOL_ERROR", {{"error_code", "MALFORMED_MESSAGE"}}))
    throw surprise("no MALFORMED_MESSAGE came; " + alice.heard_lately());
  alice.hello({"contributor"});
  alice.hears("SESSION_INFO");
}

void no_json(scene& s) {
  is_survived(s, "{\"protocol\": MPAC");
}
void no_object(scene& s) {
  is_survived(s, "[1, 2, 3]");
}
void no_envelope(scene& s) {
  is_survived(s, R"({"greeting": "hello"})");
}
void deeply_nested(scene& s) {
  is_survived(s, std::string(deep, '[') + std::string(deep, ']'));
}

/// Every required member of an envelope is left out in turn, on a connection of its own: who is cut off may not notice
/// what comes after.
void members_are_required(scene& s) {
  std::string taken;
  for (const std::string_view name :
       {"protocol", "version", "message_type", "message_id", "session_id", "sender", "ts", "payload",
        "sender.principal_id", "sender.principal_type", "sender.sender_instance_id"}) {
    auto& alice = s.join("alice");
    auto letter = alice.envelope("HEARTBEAT", {{"status", "idle"}});
    if (name.starts_with("sender."))
      letter["sender"].as_object().erase(name.substr(7));
    else
      letter.erase(name);
    alice.send(letter, false);
    const auto* told =
        alice.may_hear_one([](const heard_message& m) { return m.kind == "PROTOCOL_ERROR"; }, s.how_long().answer);
    if (!told)
      taken += (taken.empty() ? "" : ", ") + std::string(name) + (alice.ended() ? " (the connection ended)" : "");
    alice.leave();
  }
  if (!taken.empty())
    throw surprise("not refused without: " + taken);
}

void payload_members_are_required(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  const auto id = alice.send(
      alice.envelope("INTENT_ANNOUNCE", {{"intent_id", intent}, {"scope", file_set({fresh_name("file")})}}), false);
  s.settle();
  bob.has_not_heard("INTENT_ANNOUNCE", {{"intent_id", intent}});
  alice.is_refused(id, {"MALFORMED_MESSAGE"});
}

void types_are_looked_at(scene& s) {
  auto& alice = s.join("alice");
  const auto id =
      alice.send(alice.envelope("INTENT_ANNOUNCE",
                                {{"intent_id", fresh_name("intent")}, {"objective", 7}, {"scope", "everything"}}),
                 false);
  alice.is_refused(id, {"MALFORMED_MESSAGE"});
}

void other_protocols_are_refused(scene& s) {
  auto& alice = s.join("alice");
  auto letter = alice.envelope("HEARTBEAT", {{"status", "idle"}});
  letter["protocol"] = "SMTP";
  alice.is_refused(alice.send(letter, false));
}

void unknown_members_are_let_through(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  auto letter = alice.envelope("INTENT_ANNOUNCE", {{"intent_id", intent},
                                                   {"objective", "say more than others"},
                                                   {"scope", file_set({fresh_name("file")})},
                                                   {"extensions", {{"vendor.example", {{"mood", "good"}}}}}});
  letter["extensions"] = {{"vendor.example", true}};
  letter["vendor.example"] = 1;
  alice.send(letter);
  bob.hears("INTENT_ANNOUNCE", {{"intent_id", intent}});
}

void extensions_survive(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  const json::object extensions{{"vendor.example", {{"mood", "good"}}}};
  alice.say("INTENT_ANNOUNCE", {{"intent_id", intent},
                                {"objective", "say more than others"},
                                {"scope", file_set({fresh_name("file")})},
                                {"extensions", extensions}});
  bob.hears("INTENT_ANNOUNCE", {{"intent_id", intent}, {"extensions", extensions}});
}

void unknown_types_are_ignored(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  alice.send(alice.envelope("COFFEE_BREAK", {{"minutes", 5}}), false);
  const auto intent = fresh_name("intent");
  alice.announce(intent, {fresh_name("file")});
  bob.hears("INTENT_ANNOUNCE", {{"intent_id", intent}});
}

void other_watermarks_are_read(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  auto letter = alice.envelope(
      "INTENT_ANNOUNCE",
      {{"intent_id", intent}, {"objective", "count in vectors"}, {"scope", file_set({fresh_name("file")})}});
  letter["watermark"] = {{"kind", "vector_clock"}, {"value", {{"alice", 3}}}, {"lamport_value", alice.lamport()}};
  alice.send(letter);
  bob.hears("INTENT_ANNOUNCE", {{"intent_id", intent}});
}

void others_are_not_disturbed(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& mallory = s.join("mallory");
  for (const char* garbage : {"", "{", "null", "\"\"", "[]", R"({"message_type":"HELLO"})",
                              R"({"protocol":"MPAC","message_type":17,"sender":[],"payload":null})",
                              R"({"type":"FILE_READ"})", R"({"type":7})"})
    mallory.send_text(garbage);
  mallory.may_hear_one([](const heard_message&) { return false; }, s.how_long().silence);
  const auto intent = fresh_name("intent");
  alice.announce(intent, {fresh_name("file")});
  bob.hears("INTENT_ANNOUNCE", {{"intent_id", intent}});
  auto& carol = s.join("carol");
  if (carol.ended())
    throw surprise("nobody can join any more");
}

void errors_are_not_answered(scene& s) {
  auto& alice = s.join("alice");
  const auto id = alice.send(alice.envelope(
      "PROTOCOL_ERROR",
      {{"error_code", "CAUSAL_GAP"}, {"refers_to", fresh_name("m")}, {"description", "something may be missing"}}));
  s.settle();
  alice.has_not_heard("PROTOCOL_ERROR", {{"refers_to", id}});
}

} // namespace

std::vector<check> input_checks() {
  using enum level;
  constexpr auto here = layer::input;
  // clang-format off
  return {
    {"no-json", here, should, "22.1", "22.1-01", "a text that is no JSON: MALFORMED_MESSAGE, and its sender is heard as before", no_json},
    {"no-object", here, should, "22.1", "22.1-01", "JSON that is no object: MALFORMED_MESSAGE, and its sender is heard as before", no_object},
    {"no-envelope", here, should, "22.1", "22.1-01", "an object that is no envelope: MALFORMED_MESSAGE, and its sender is heard as before", no_envelope},
    {"deeply-nested", here, should, "22.1", "22.1-01", "lists 200 deep: MALFORMED_MESSAGE, and their sender is heard as before", deeply_nested},
    {"members-are-required", here, should, "22.1", "22.1-01", "an envelope without one of its required members is refused", members_are_required},
    {"payload-members-are-required", here, must, "13.1", "13.1-01", "INTENT_ANNOUNCE without objective: MALFORMED_MESSAGE, told to nobody", payload_members_are_required},
    {"types-are-looked-at", here, should, "22.1", "22.1-01", "a scope that is a text: MALFORMED_MESSAGE", types_are_looked_at},
    {"other-protocols-are-refused", here, should, "11.4", "11.4-01", "an envelope of another protocol is refused", other_protocols_are_refused},
    {"unknown-members-are-let-through", here, should, "21.2", "21.2-01", "members that nobody knows do no harm, in envelope and payload", unknown_members_are_let_through},
    {"extensions-survive", here, should, "21.1", "21.1-01", "payload.extensions reach the others", extensions_survive},
    {"unknown-types-are-ignored", here, should, "25.3", "25.3-01", "after a message of unknown type its sender is heard as before", unknown_types_are_ignored},
    {"other-watermarks-are-read", here, must, "12.4", "12.4-01", "a vector_clock with lamport_value is taken", other_watermarks_are_read},
    {"others-are-not-disturbed", here, should, "23.4", "23.4-02", "what one sends does not stop the session of the others", others_are_not_disturbed},
    {"errors-are-not-answered", here, should, "22.1", "22.1-22", "PROTOCOL_ERROR is not answered with PROTOCOL_ERROR", errors_are_not_answered},
  };
  // clang-format on
}

} // namespace mpac::tools::conform
