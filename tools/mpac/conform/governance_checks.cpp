// Layer governance: who may decide, and what a decision must say (SPEC 18).
#include "tools/mpac/conform/scene.hpp"

namespace mpac::tools::conform {
namespace {

json::object resolution(std::string_view conflict, json::object more = {}) {
  json::object payload{{"resolution_id", fresh_name("resolution")},
                       {"conflict_id", conflict},
                       {"decision", "approved"},
                       {"rationale", "first come, first served"},
                       {"outcome", {{"accepted", json::array{}}}}};
  for (const auto& [name, value] : more)
    payload[name] = value;
  return payload;
}

void owners_resolve(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& olga = s.join("olga", {"owner"});
  const auto made = s.make_dispute(alice, bob);
  olga.say("RESOLUTION", resolution(made.conflict, {{"outcome", {{"accepted", json::array{made.intent_a}}}}}));
  alice.hears("RESOLUTION", {{"conflict_id", made.conflict}, {"decision", "approved"}});
}

void resolution_needs_a_conflict(scene& s) {
  auto& olga = s.join("olga", {"owner"});
  olga.is_refused(olga.send(olga.envelope("RESOLUTION", resolution(fresh_name("nobody-knows"))), false),
                  {"INVALID_REFERENCE"});
}

void the_second_is_late(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& olga = s.join("olga", {"owner"});
  auto& otto = s.join("otto", {"owner"});
  const auto made = s.make_dispute(alice, bob);
  olga.say("RESOLUTION", resolution(made.conflict));
  s.settle();
  otto.is_refused(otto.send(otto.envelope("RESOLUTION", resolution(made.conflict)), false), {"RESOLUTION_CONFLICT"});
}

void contributors_do_not_resolve(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& carol = s.join("carol");
  const auto made = s.make_dispute(alice, bob);
  const auto id = carol.send(carol.envelope("RESOLUTION", resolution(made.conflict)), false);
  s.settle();
  alice.has_not_heard("RESOLUTION", {{"conflict_id", made.conflict}});
  carol.is_refused(id, {"AUTHORIZATION_FAILED"});
}

void the_unauthorised_do_not_count(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& carol = s.join("carol");
  auto& olga = s.join("olga", {"owner"});
  const auto made = s.make_dispute(alice, bob);
  carol.send(carol.envelope("RESOLUTION", resolution(made.conflict)), false);
  s.settle();
  olga.say("RESOLUTION", resolution(made.conflict, {{"decision", "rejected"}}));
  bob.hears("RESOLUTION", {{"conflict_id", made.conflict}, {"decision", "rejected"}});
}

void observers_only_look(scene& s) {
  auto& alice = s.join("alice");
  auto& olaf = s.join("olaf", {"observer"});
  const auto intent = fresh_name("intent");
  const auto id = olaf.send(olaf.envelope("INTENT_ANNOUNCE", {{"intent_id", intent},
                                                              {"objective", "more than look"},
                                                              {"scope", file_set({fresh_name("file")})}}),
                            false);
  s.settle();
  alice.has_not_heard("INTENT_ANNOUNCE", {{"intent_id", intent}});
  olaf.is_refused(id, {"AUTHORIZATION_FAILED"});
}

void the_committed_needs_a_rollback(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& olga = s.join("olga", {"owner"});
  s.only_if(text_at(s.info(), "execution_model") == "post_commit", "the session is pre_commit");
  const auto made = s.make_dispute(alice, bob);
  const auto op = fresh_name("op");
  alice.commit(op, made.intent_a, made.resource);
  s.settle();
  const auto id =
      olga.send(olga.envelope("RESOLUTION", resolution(made.conflict, {{"decision", "rejected"},
                                                                       {"outcome", {{"rejected", json::array{op}}}}})),
                false);
  olga.is_refused(id, {"MALFORMED_MESSAGE"});
}

void after_escalation_the_target_decides(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& olga = s.join("olga", {"owner"});
  auto& judge = s.join("judge", {"arbiter"});
  const auto made = s.make_dispute(alice, bob);
  alice.say("CONFLICT_ESCALATE",
            {{"conflict_id", made.conflict}, {"escalate_to", judge.principal()}, {"reason", "no agreement"}});
  s.settle();
  const auto id = olga.send(olga.envelope("RESOLUTION", resolution(made.conflict)), false);
  olga.is_refused(id, {"AUTHORIZATION_FAILED"});
  judge.say("RESOLUTION", resolution(made.conflict));
  alice.hears("RESOLUTION", {{"conflict_id", made.conflict}});
}

void resolution_needs_a_watermark(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& olga = s.join("olga", {"owner"});
  const auto made = s.make_dispute(alice, bob);
  auto letter = olga.envelope("RESOLUTION", resolution(made.conflict));
  letter.erase("watermark");
  olga.is_refused(olga.send(letter, false));
}

void resolution_needs_a_rationale(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& olga = s.join("olga", {"owner"});
  const auto made = s.make_dispute(alice, bob);
  auto payload = resolution(made.conflict);
  payload.erase("rationale");
  olga.is_refused(olga.send(olga.envelope("RESOLUTION", std::move(payload)), false), {"MALFORMED_MESSAGE"});
}

} // namespace

std::vector<check> governance_checks() {
  using enum level;
  constexpr auto here = layer::governance;
  // clang-format off
  return {
    {"owners-resolve", here, must, "7.7", "7.7-02", "the participants hear the RESOLUTION of an owner", owners_resolve},
    {"resolution-needs-a-conflict", here, should, "8.2", "8.2-08", "RESOLUTION of an unknown conflict: INVALID_REFERENCE", resolution_needs_a_conflict},
    {"the-second-is-late", here, must, "18.4", "18.4-10", "a second RESOLUTION: RESOLUTION_CONFLICT", the_second_is_late},
    {"contributors-do-not-resolve", here, must, "18.4", "18.4-08", "RESOLUTION of a contributor: AUTHORIZATION_FAILED, told to nobody", contributors_do_not_resolve},
    {"the-unauthorised-do-not-count", here, must, "18.4", "18.4-08", "after a contributor's RESOLUTION that of an owner is still the first", the_unauthorised_do_not_count},
    {"observers-only-look", here, must, "18.2", "18.2-01", "INTENT_ANNOUNCE of an observer: AUTHORIZATION_FAILED, told to nobody", observers_only_look},
    {"the-committed-needs-a-rollback", here, must, "18.4", "18.4-05", "rejecting what is committed without outcome.rollback: MALFORMED_MESSAGE", the_committed_needs_a_rollback},
    {"after-escalation-the-target-decides", here, must, "18.4", "18.4-12", "after an escalation its target resolves, an owner does not", after_escalation_the_target_decides},
    {"resolution-needs-a-watermark", here, should, "18.7", "18.7-01", "RESOLUTION without a watermark is refused", resolution_needs_a_watermark},
    {"resolution-needs-a-rationale", here, must, "13.1", "13.1.RESOLUTION-05", "RESOLUTION without rationale: MALFORMED_MESSAGE", resolution_needs_a_rationale},
  };
  // clang-format on
}

} // namespace mpac::tools::conform
