// Layer conflict: reports, acknowledgements, escalation, and the end of what nobody disputes any more (SPEC 17).
#include "tools/mpac/conform/scene.hpp"

namespace mpac::tools::conform {
namespace {

/// The coordinator's own report, or the check does not apply.
const heard_message& reported(scene& s, visitor& alice, visitor& bob) {
  const auto made = s.make_dispute(alice, bob);
  s.only_if(made.report != nullptr, "the coordinator reports no overlap of two intents (see growth-is-reported)");
  return *made.report;
}

void both_are_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto& report = reported(s, alice, bob);
  alice.hears("CONFLICT_REPORT", {{"conflict_id", text_at(report.body, "payload.conflict_id")}});
}

void report_is_complete(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto& report = reported(s, alice, bob);
  std::string wrong;
  const auto lacks = [&](std::string_view name) { wrong += (wrong.empty() ? "" : ", ") + std::string(name); };
  for (const auto name : {"conflict_id", "category", "severity", "description"})
    if (text_at(report.body, std::string("payload.") + name).empty())
      lacks(name);
  if (const auto* basis = find(report.body, "payload.basis"); !basis || !basis->is_object())
    lacks("basis");
  if (text_at(report.body, "payload.based_on_watermark.kind").empty())
    lacks("based_on_watermark");
  if (!wrong.empty())
    throw surprise("not there, or of another type: " + wrong);
}

void report_names_the_intents(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto made = s.make_dispute(alice, bob);
  s.only_if(made.report != nullptr, "the coordinator reports no overlap of two intents (see growth-is-reported)");
  const auto* related = find(made.report->body, "payload.related_intents");
  const auto text = related ? json::serialize(*related) : std::string("nothing");
  for (const auto& intent : {made.intent_a, made.intent_b})
    if (text.find('"' + intent + '"') == text.npos)
      throw surprise("related_intents is " + text + ", without " + intent);
}

json::object human_report(std::string_view id, json::array intents, std::int64_t lamport) {
  return {{"conflict_id", id},
          {"related_intents", std::move(intents)},
          {"related_ops", json::array{}},
          {"category", "semantic_goal_conflict"},
          {"severity", "medium"},
          {"basis", {{"kind", "human_report"}}},
          {"based_on_watermark", {{"kind", "lamport_clock"}, {"value", lamport}}},
          {"description", "both want it otherwise"}};
}

void participants_report(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto a = fresh_name("intent"), b = fresh_name("intent"), id = fresh_name("conflict");
  alice.announce(a, {fresh_name("file")});
  bob.announce(b, {fresh_name("file")});
  s.settle();
  auto payload = human_report(id, {a, b}, alice.lamport());
  payload["principal_a"] = alice.principal();
  payload["principal_b"] = bob.principal();
  payload["intent_a"] = a;
  payload["intent_b"] = b;
  alice.say("CONFLICT_REPORT", std::move(payload));
  bob.hears("CONFLICT_REPORT", {{"conflict_id", id}});
}

void reports_are_about_something(scene& s) {
  auto& alice = s.join("alice");
  const auto id = alice.send(alice.envelope("CONFLICT_REPORT", human_report(fresh_name("conflict"), {}, 1)), false);
  alice.is_refused(id);
}

void ack_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto made = s.make_dispute(alice, bob);
  alice.say("CONFLICT_ACK", {{"conflict_id", made.conflict}, {"ack_type", "seen"}});
  bob.hears("CONFLICT_ACK", {{"conflict_id", made.conflict}, {"ack_type", "seen"}});
}

void ack_needs_a_conflict(scene& s) {
  auto& alice = s.join("alice");
  const auto id = alice.send(
      alice.envelope("CONFLICT_ACK", {{"conflict_id", fresh_name("nobody-knows")}, {"ack_type", "seen"}}), false);
  alice.is_refused(id, {"INVALID_REFERENCE"});
}

void escalation_reaches_its_target(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& judge = s.join("judge", {"arbiter"});
  const auto made = s.make_dispute(alice, bob);
  alice.say("CONFLICT_ESCALATE",
            {{"conflict_id", made.conflict}, {"escalate_to", judge.principal()}, {"reason", "no agreement"}});
  judge.hears("CONFLICT_ESCALATE", {{"conflict_id", made.conflict}, {"escalate_to", judge.principal()}});
}

void escalation_needs_authority(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& carol = s.join("carol");
  const auto made = s.make_dispute(alice, bob);
  const auto id = alice.send(
      alice.envelope("CONFLICT_ESCALATE",
                     {{"conflict_id", made.conflict}, {"escalate_to", carol.principal()}, {"reason", "no agreement"}}),
      false);
  alice.is_refused(id);
}

void dismissed_when_all_has_ended(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto made = s.make_dispute(alice, bob);
  alice.say("INTENT_WITHDRAW", {{"intent_id", made.intent_a}, {"reason", "done"}});
  bob.say("INTENT_WITHDRAW", {{"intent_id", made.intent_b}, {"reason", "done"}});
  bob.hears(
      "RESOLUTION",
      {{"conflict_id", made.conflict}, {"decision", "dismissed"}, {"rationale", "all_related_entities_terminated"}});
}

void one_end_is_not_enough(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto made = s.make_dispute(alice, bob);
  alice.say("INTENT_WITHDRAW", {{"intent_id", made.intent_a}, {"reason", "done"}});
  s.settle();
  bob.has_not_heard("RESOLUTION", {{"conflict_id", made.conflict}});
}

} // namespace

std::vector<check> conflict_checks() {
  using enum level;
  constexpr auto here = layer::conflict;
  // clang-format off
  return {
    {"both-are-told", here, must, "17.8.1", "17.8.1-01", "the owners of both intents hear the coordinator's CONFLICT_REPORT", both_are_told},
    {"report-is-complete", here, must, "13.1", "13.1.CONFLICT_REPORT-01", "CONFLICT_REPORT has every required member", report_is_complete},
    {"report-names-the-intents", here, must, "17.2", "17.2-01", "its related_intents names both intents", report_names_the_intents},
    {"participants-report", here, must, "17.8.1", "17.8.1-01", "whom a participant's report concerns is told of it", participants_report},
    {"reports-are-about-something", here, must, "17.2", "17.2-01", "a report without intents and operations is refused", reports_are_about_something},
    {"ack-is-told", here, must, "7.7", "7.7-02", "the others hear CONFLICT_ACK", ack_is_told},
    {"ack-needs-a-conflict", here, should, "22.1", "22.1-03", "CONFLICT_ACK of an unknown conflict: INVALID_REFERENCE", ack_needs_a_conflict},
    {"escalation-reaches-its-target", here, should, "17.4", "17.4-03", "the arbiter hears CONFLICT_ESCALATE", escalation_reaches_its_target},
    {"escalation-needs-authority", here, must, "17.8.1", "17.8.1-03", "an escalation to a contributor is refused", escalation_needs_authority},
    {"dismissed-when-all-has-ended", here, must, "17.9", "17.9-02", "both intents have ended: RESOLUTION dismissed, all_related_entities_terminated", dismissed_when_all_has_ended},
    {"one-end-is-not-enough", here, should, "17.9", "17.9-01", "while one intent lives the conflict stays", one_end_is_not_enough},
  };
  // clang-format on
}

} // namespace mpac::tools::conform
