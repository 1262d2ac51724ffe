// Layer session: who joins, who stays, who leaves, and who may speak (SPEC 9, 10, 12, 14).
#include "tools/mpac/conform/scene.hpp"

#include <algorithm>

namespace mpac::tools::conform {
namespace {

void hello_is_answered(scene& s) {
  auto& alice = s.arrive("alice");
  alice.hello({"contributor"});
  alice.hears("SESSION_INFO");
}

void session_info_comes_first(scene& s) {
  auto& alice = s.arrive("alice");
  alice.hello({"contributor"});
  const auto* first = alice.may_hear_one([](const heard_message&) { return true; }, s.how_long().answer);
  if (!first || first->kind != "SESSION_INFO")
    throw surprise(first ? "the first message is " + brief(*first) : alice.heard_lately());
}

void session_info_names_the_session(scene& s) {
  auto& alice = s.join("alice");
  if (text_at(s.info(), "session_id") != alice.session())
    throw surprise("session_id is \"" + std::string(text_at(s.info(), "session_id")) + "\" in session " +
                   alice.session());
}

void session_info_is_complete(scene& s) {
  s.join("alice");
  std::string wrong;
  for (const auto name : {"session_id", "protocol_version", "security_profile", "compliance_profile", "watermark_kind",
                          "execution_model", "state_ref_format"})
    if (text_at(s.info(), name).empty())
      wrong += std::string(wrong.empty() ? "" : ", ") + name;
  const auto* roles = find(s.info(), "granted_roles");
  if (!roles || !roles->is_array())
    wrong += std::string(wrong.empty() ? "" : ", ") + "granted_roles";
  if (!wrong.empty())
    throw surprise("not there, or of another type: " + wrong);
}

void profiles_are_known_words(scene& s) {
  s.join("alice");
  const auto is_one = [&](std::string_view name, std::initializer_list<std::string_view> words) {
    const auto word = text_at(s.info(), name);
    if (std::find(words.begin(), words.end(), word) == words.end())
      throw surprise(std::string(name) + " is \"" + std::string(word) + '"');
  };
  is_one("security_profile", {"open", "authenticated", "verified"});
  is_one("compliance_profile", {"core", "governance", "semantic"});
  is_one("execution_model", {"pre_commit", "post_commit"});
  is_one("watermark_kind", {"lamport_clock", "vector_clock", "causal_frontier", "opaque"});
}

void core_is_post_commit(scene& s) {
  s.join("alice");
  s.only_if(text_at(s.info(), "execution_model") == "pre_commit", "the session is post_commit");
  if (text_at(s.info(), "compliance_profile") == "core")
    throw surprise("a session of the core profile says pre_commit");
}

void hello_again_is_answered(scene& s) {
  auto& alice = s.join("alice");
  alice.hello({"contributor"});
  alice.hears("SESSION_INFO");
}

void people_are_counted(scene& s) {
  s.join("alice");
  const auto before = number_at(s.info(), "participant_count");
  s.only_if(before.has_value(), "SESSION_INFO tells no participant_count");
  s.join("bob");
  const auto after = number_at(s.info(), "participant_count");
  if (after != *before + 1)
    throw surprise("participant_count is " + std::to_string(after.value_or(-1)) + " after " + std::to_string(*before) +
                   " and one more");
}

void strangers_are_refused(scene& s) {
  auto& stranger = s.arrive("stranger");
  const auto id = stranger.announce(fresh_name("intent"), {fresh_name("file")});
  stranger.is_refused(id, {"INVALID_REFERENCE"});
}

void strangers_change_nothing(scene& s) {
  auto& alice = s.join("alice");
  auto& stranger = s.arrive("stranger");
  const auto file = fresh_name("file"), intent = fresh_name("intent");
  stranger.announce(intent, {file});
  s.settle();
  alice.has_not_heard("INTENT_ANNOUNCE", {{"intent_id", intent}});
  alice.announce(fresh_name("intent"), {file});
  s.settle();
  alice.meets_nobody_through(intent);
}

void clock_follows(scene& s) {
  auto& alice = s.arrive("alice");
  alice.lamport(5000);
  alice.hello({"contributor"});
  const auto said = alice.lamport();
  const auto& welcome = alice.hears("SESSION_INFO");
  const auto value = number_at(welcome.body, "watermark.value");
  s.only_if(value.has_value(), "SESSION_INFO has no Lamport watermark");
  if (*value <= said)
    throw surprise("HELLO has the Lamport value " + std::to_string(said) + ", and SESSION_INFO " +
                   std::to_string(*value));
}

void heartbeat_is_taken(scene& s) {
  auto& alice = s.join("alice");
  alice.say("HEARTBEAT", {{"status", "working"}, {"summary", "at work"}});
  s.settle();
  alice.has_not_heard("PROTOCOL_ERROR");
}

void goodbye_withdraws(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto file = fresh_name("file"), left = fresh_name("intent");
  alice.announce(left, {file});
  alice.say("GOODBYE", {{"reason", "user_exit"}, {"intent_disposition", "withdraw"}});
  s.settle();
  bob.announce(fresh_name("intent"), {file});
  s.settle();
  bob.meets_nobody_through(left);
}

void who_left_may_return(scene& s) {
  auto& alice = s.join("alice");
  alice.say("GOODBYE", {{"reason", "user_exit"}});
  s.settle();
  alice.leave();
  auto& again = s.return_as(alice.principal());
  again.hello({"contributor"});
  again.hears("SESSION_INFO");
}

void other_names_are_refused(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  auto forged = alice.envelope(
      "INTENT_ANNOUNCE",
      {{"intent_id", intent}, {"objective", "speak for bob"}, {"scope", file_set({fresh_name("file")})}});
  forged["sender"].as_object()["principal_id"] = bob.principal();
  const auto id = alice.send(forged, false);
  alice.is_refused(id);
  s.settle();
  bob.has_not_heard("INTENT_ANNOUNCE", {{"intent_id", intent}});
}

void other_sessions_are_refused(scene& s) {
  auto& alice = s.join("alice");
  auto astray = alice.envelope("HEARTBEAT", {{"status", "idle"}});
  astray["session_id"] = fresh_name("elsewhere");
  alice.is_refused(alice.send(astray, false), {"INVALID_REFERENCE"});
}

void participants_do_not_close(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  alice.send(alice.envelope("SESSION_CLOSE", {{"reason", "manual"}, {"final_lamport_clock", 1}}), false);
  s.settle();
  bob.has_not_heard("SESSION_CLOSE");
  bob.say("HEARTBEAT", {{"status", "idle"}});
  s.settle();
  bob.has_not_heard("PROTOCOL_ERROR");
}

void closing_is_refused(scene& s) {
  auto& alice = s.join("alice");
  alice.is_refused(
      alice.send(alice.envelope("SESSION_CLOSE", {{"reason", "manual"}, {"final_lamport_clock", 1}}), false));
}

void only_the_coordinator_decides_claims(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  alice.send(alice.envelope("INTENT_CLAIM_STATUS", {{"claim_id", fresh_name("claim")},
                                                    {"original_intent_id", fresh_name("intent")},
                                                    {"new_intent_id", fresh_name("intent")},
                                                    {"decision", "approved"}}),
             false);
  s.settle();
  bob.has_not_heard("INTENT_CLAIM_STATUS");
}

void coordinator_shows_life(scene& s) {
  auto& alice = s.join("alice");
  const auto interval = s.span("liveness_policy.heartbeat_interval_sec", std::chrono::seconds(30));
  const auto within = s.worth_waiting(interval) + s.how_long().answer;
  if (!alice.may_hear_one([](const heard_message& m) { return m.kind == "COORDINATOR_STATUS"; }, within))
    throw surprise("no COORDINATOR_STATUS within " + std::to_string(within.count()) + " ms");
}

void other_versions_are_refused(scene& s) {
  auto& alice = s.arrive("alice");
  auto hello = alice.envelope(
      "HELLO", {{"display_name", "alice"}, {"roles", json::array{"contributor"}}, {"capabilities", json::array{}}});
  hello["version"] = "9.0.0";
  alice.is_refused(alice.send(hello, false), {"VERSION_MISMATCH"});
}

} // namespace

std::vector<check> session_checks() {
  using enum level;
  constexpr auto here = layer::session;
  // clang-format off
  return {
    {"hello-is-answered", here, must, "14.2", "14.2-01", "HELLO is answered with SESSION_INFO", hello_is_answered},
    {"session-info-comes-first", here, should, "14.2", "14.2-02", "SESSION_INFO is the first that who joins is told", session_info_comes_first},
    {"session-info-names-the-session", here, must, "13.1", "13.1.SESSION_INFO-01", "SESSION_INFO's session_id is that of the session", session_info_names_the_session},
    {"session-info-is-complete", here, must, "13.1", "13.1.SESSION_INFO-02", "SESSION_INFO has every required member", session_info_is_complete},
    {"profiles-are-known-words", here, must, "13.1", "13.1.SESSION_INFO-03", "profiles, execution model and watermark kind are known words", profiles_are_known_words},
    {"core-is-post-commit", here, must, "20.1", "20.1-05", "only sessions of the governance profile are pre_commit", core_is_post_commit},
    {"hello-again-is-answered", here, must, "14.2", "14.2-01", "a second HELLO of the same participant is answered, too", hello_again_is_answered},
    {"people-are-counted", here, should, "13.1", "13.1.SESSION_INFO-10", "participant_count grows by one with one who joins", people_are_counted},
    {"strangers-are-refused", here, must, "14.1", "14.1-02", "whatever comes before HELLO is refused with INVALID_REFERENCE", strangers_are_refused},
    {"strangers-change-nothing", here, must, "14.1", "14.1-02", "an intent announced before HELLO is told to nobody, and holds nothing", strangers_change_nothing},
    {"clock-follows", here, must, "12.7", "12.7-04", "the coordinator's Lamport value is above that of the message it answers", clock_follows},
    {"heartbeat-is-taken", here, must, "20.1", "20.1-01", "HEARTBEAT is taken without an error", heartbeat_is_taken},
    {"goodbye-withdraws", here, must, "14.4", "14.4-01", "after GOODBYE with withdraw the leaver's scope is free", goodbye_withdraws},
    {"who-left-may-return", here, must, "14.2", "14.2-01", "HELLO after GOODBYE, on a new connection, is answered", who_left_may_return},
    {"other-names-are-refused", here, must, "23.3", "23.3-02", "a message in another's name is refused, and told to nobody", other_names_are_refused},
    {"other-sessions-are-refused", here, should, "22.1", "22.1-03", "an envelope of another session is refused with INVALID_REFERENCE", other_sessions_are_refused},
    {"participants-do-not-close", here, must, "14.5", "14.5-01", "SESSION_CLOSE of a participant closes nothing", participants_do_not_close},
    {"only-the-coordinator-decides-claims", here, must, "14.7.4.1", "14.7.4.1-01", "a participant's INTENT_CLAIM_STATUS is told to nobody", only_the_coordinator_decides_claims},
    {"closing-is-refused", here, should, "22.1", "22.1-06", "SESSION_CLOSE of a participant is answered with an error", closing_is_refused},
    {"coordinator-shows-life", here, must, "14.6", "14.6-01", "COORDINATOR_STATUS comes within heartbeat_interval_sec", coordinator_shows_life},
    {"other-versions-are-refused", here, should, "22.1", "22.1-04", "HELLO of version 9.0.0 is refused with VERSION_MISMATCH", other_versions_are_refused},
  };
  // clang-format on
}

} // namespace mpac::tools::conform
