// Layer intent: what participants are about to do, whose scopes touch, and who may take over (SPEC 14.7.4, 15).
#include "tools/mpac/conform/scene.hpp"

namespace mpac::tools::conform {
namespace {

using std::chrono::seconds;

/// What two announcements came to: nothing, a report, or a refusal of the second.
enum class meeting { peaceful, reported, locked };

json::object announcement(std::string_view intent, const json::object& scope) {
  return {{"intent_id", intent}, {"objective", "try the coordinator"}, {"scope", scope}};
}

meeting meet(scene& s, visitor& second, const json::object& first_scope, const json::object& second_scope) {
  auto& first = s.join("first");
  const auto there = fresh_name("intent");
  first.say("INTENT_ANNOUNCE", announcement(there, first_scope));
  s.settle();
  const auto id = second.say("INTENT_ANNOUNCE", announcement(fresh_name("intent"), second_scope));
  s.settle();
  if (second.has_heard("PROTOCOL_ERROR", {{"refers_to", id}, {"error_code", "STALE_INTENT"}}))
    return meeting::locked;
  const auto* refused = second.has_heard("PROTOCOL_ERROR", {{"refers_to", id}});
  if (refused)
    throw surprise("the second was refused: " + brief(*refused));
  // A session may have older intents: only a report that names the first one is about the two.
  return second.has_heard_of("CONFLICT_REPORT", there) ? meeting::reported : meeting::peaceful;
}

void must_collide(scene& s, const json::object& one, const json::object& other) {
  auto& second = s.join("second");
  if (meet(s, second, one, other) == meeting::peaceful)
    throw surprise("neither a CONFLICT_REPORT nor STALE_INTENT came; " + second.heard_lately());
}

void must_not_collide(scene& s, const json::object& one, const json::object& other) {
  auto& second = s.join("second");
  if (meet(s, second, one, other) != meeting::peaceful)
    throw surprise("second hears of an overlap; " + second.heard_lately());
}

json::object listed(std::string_view kind, std::string_view member, std::initializer_list<std::string_view> entries) {
  json::array list;
  for (const auto each : entries)
    list.emplace_back(each);
  return {{"kind", kind}, {member, std::move(list)}};
}

void announce_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent"), file = fresh_name("file");
  alice.announce(intent, {file});
  bob.hears("INTENT_ANNOUNCE",
            {{"intent_id", intent}, {"objective", "try the coordinator"}, {"scope", file_set({file})}});
}

void apart_is_peaceful(scene& s) {
  must_not_collide(s, file_set({fresh_name("a"), fresh_name("b")}), file_set({fresh_name("c")}));
}
void same_file_collides(scene& s) {
  const auto file = fresh_name("file");
  must_collide(s, file_set({fresh_name("a"), file}), file_set({file, fresh_name("b")}));
}
void dot_slash_is_dropped(scene& s) {
  const auto file = fresh_name("file");
  must_collide(s, file_set({"src/" + file}), file_set({"./src/" + file}));
}
void slashes_are_one(scene& s) {
  const auto file = fresh_name("file");
  must_collide(s, file_set({"src/" + file}), file_set({"src//" + file}));
}
void closing_slash_is_dropped(scene& s) {
  const auto file = fresh_name("folder");
  must_collide(s, file_set({"src/" + file}), file_set({"src/" + file + "/"}));
}
void letters_have_case(scene& s) {
  const auto file = fresh_name("file");
  must_not_collide(s, file_set({file + ".md"}), file_set({file + ".MD"}));
}
void entities_collide(scene& s) {
  const auto entity = fresh_name("entity");
  must_collide(s, listed("entity_set", "entities", {entity, fresh_name("e")}),
               listed("entity_set", "entities", {entity}));
}
void entities_apart_are_peaceful(scene& s) {
  must_not_collide(s, listed("entity_set", "entities", {fresh_name("e")}),
                   listed("entity_set", "entities", {fresh_name("e")}));
}
void tasks_collide(scene& s) {
  const auto task = fresh_name("task");
  must_collide(s, listed("task_set", "task_ids", {task}), listed("task_set", "task_ids", {fresh_name("t"), task}));
}
void patterns_meet(scene& s) {
  const auto folder = fresh_name("folder");
  must_collide(s, {{"kind", "resource_path"}, {"pattern", folder + "/**"}},
               {{"kind", "resource_path"}, {"pattern", folder + "/src/*.py"}});
}
void uris_meet_across_kinds(scene& s) {
  const auto uri = "resource://conform/" + fresh_name("thing");
  auto one = file_set({fresh_name("file")}), other = listed("entity_set", "entities", {fresh_name("entity")});
  one["canonical_uris"] = json::array{uri};
  other["canonical_uris"] = json::array{uri};
  must_collide(s, one, other);
}

void refused_leaves_nothing(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto file = fresh_name("file"), held = fresh_name("intent"), lost = fresh_name("intent");
  alice.announce(held, {file});
  s.settle();
  const auto id = bob.announce(lost, {file});
  s.settle();
  s.only_if(bob.has_heard("PROTOCOL_ERROR", {{"refers_to", id}, {"error_code", "STALE_INTENT"}}) != nullptr,
            "the session has no race lock: an overlap is reported, not refused");
  if (bob.has_heard_of("CONFLICT_REPORT", lost) || alice.has_heard_of("CONFLICT_REPORT", lost))
    throw surprise("it is reported, too");
  alice.say("INTENT_WITHDRAW", {{"intent_id", held}, {"reason", "done"}});
  s.settle();
  auto& carol = s.join("carol");
  carol.announce(fresh_name("intent"), {file});
  s.settle();
  carol.meets_nobody_through(lost);
}

void update_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  alice.announce(intent, {fresh_name("file")});
  alice.say("INTENT_UPDATE", {{"intent_id", intent}, {"objective", "another objective"}});
  bob.hears("INTENT_UPDATE", {{"intent_id", intent}, {"objective", "another objective"}});
}

void growth_is_reported(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto file = fresh_name("file"), small = fresh_name("file"), intent = fresh_name("intent");
  alice.announce(fresh_name("intent"), {file});
  bob.announce(intent, {small});
  s.settle();
  bob.say("INTENT_UPDATE", {{"intent_id", intent}, {"scope", file_set({small, file})}});
  bob.hears("CONFLICT_REPORT", {{"category", "scope_overlap"}});
}

void is_refused_to_others(scene& s, std::string_view kind, json::object payload) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  alice.announce(intent, {fresh_name("file")});
  s.settle();
  payload["intent_id"] = intent;
  const auto id = bob.send(bob.envelope(kind, std::move(payload)), false);
  s.settle();
  alice.has_not_heard(kind, {{"intent_id", intent}});
  bob.is_refused(id);
}

void only_owners_update(scene& s) {
  is_refused_to_others(s, "INTENT_UPDATE", {{"objective", "mine now"}});
}
void only_owners_withdraw(scene& s) {
  is_refused_to_others(s, "INTENT_WITHDRAW", {{"reason", "not mine"}});
}

void ids_of_others_are_taken(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  alice.announce(intent, {fresh_name("file")});
  s.settle();
  const auto id = bob.announce(intent, {fresh_name("file")});
  bob.is_refused(id);
}

void withdraw_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent");
  alice.announce(intent, {fresh_name("file")});
  alice.say("INTENT_WITHDRAW", {{"intent_id", intent}, {"reason", "done"}});
  bob.hears("INTENT_WITHDRAW", {{"intent_id", intent}});
}

void withdraw_frees(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.say("INTENT_WITHDRAW", {{"intent_id", intent}, {"reason", "done"}});
  s.settle();
  bob.announce(fresh_name("intent"), {file});
  s.settle();
  bob.meets_nobody_through(intent);
}

void the_end_is_final(scene& s) {
  auto& alice = s.join("alice");
  const auto intent = fresh_name("intent");
  alice.announce(intent, {fresh_name("file")});
  alice.say("INTENT_WITHDRAW", {{"intent_id", intent}, {"reason", "done"}});
  s.settle();
  alice.is_refused(
      alice.send(alice.envelope("INTENT_UPDATE", {{"intent_id", intent}, {"objective", "once more"}}), false));
}

void unknown_is_refused(scene& s) {
  auto& alice = s.join("alice");
  const auto id = alice.send(alice.envelope("INTENT_WITHDRAW", {{"intent_id", fresh_name("nobody-knows")}}), false);
  alice.is_refused(id, {"INVALID_REFERENCE"});
}

void ttl_ends_it(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto file = fresh_name("file"), brief_one = fresh_name("intent");
  alice.announce(brief_one, {file}, {{"ttl_sec", 1}});
  s.settle();
  s.let_pass(s.worth_waiting(seconds(3)));
  bob.announce(fresh_name("intent"), {file});
  s.settle();
  bob.meets_nobody_through(brief_one);
}

json::object deferral(std::string_view id, std::string_view file, json::array observed) {
  return {{"deferral_id", id},
          {"scope", file_set({file})},
          {"reason", "yielded_to_active_editor"},
          {"observed_intent_ids", std::move(observed)},
          {"ttl_sec", 60}};
}

void deferral_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent"), file = fresh_name("file"), id = fresh_name("deferral");
  alice.announce(intent, {file});
  s.settle();
  bob.say("INTENT_DEFERRED", deferral(id, file, {intent}));
  const auto& told = alice.hears("INTENT_DEFERRED", {{"deferral_id", id}});
  if (text_at(told.body, "payload.principal_id") != bob.principal() || text_at(told.body, "payload.expires_at").empty())
    throw surprise("it is told without principal_id or expires_at: " + brief(told));
}

void deferral_is_resolved(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent"), file = fresh_name("file"), id = fresh_name("deferral");
  alice.announce(intent, {file});
  s.settle();
  bob.say("INTENT_DEFERRED", deferral(id, file, {intent}));
  s.settle();
  alice.say("INTENT_WITHDRAW", {{"intent_id", intent}, {"reason", "done"}});
  bob.hears("INTENT_DEFERRED", {{"deferral_id", id}, {"status", "resolved"}});
}

void deferral_holds_nothing(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto file = fresh_name("file"), other = fresh_name("intent");
  alice.announce(other, {fresh_name("file")});
  bob.say("INTENT_DEFERRED", deferral(fresh_name("deferral"), file, {other}));
  s.settle();
  alice.announce(fresh_name("intent"), {file});
  s.settle();
  // A session may have older intents: only what names bob, who has none, is about the deferral.
  alice.meets_nobody_through(bob.principal());
}

json::object claim(std::string_view intent, std::string_view owner, std::string_view file) {
  return {{"claim_id", fresh_name("claim")},       {"original_intent_id", intent}, {"original_principal_id", owner},
          {"new_intent_id", fresh_name("intent")}, {"objective", "finish it"},     {"scope", file_set({file})}};
}

void claims_need_an_intent(scene& s) {
  auto& alice = s.join("alice");
  const auto id =
      alice.send(alice.envelope("INTENT_CLAIM", claim(fresh_name("nobody-knows"), "agent:x", "file")), false);
  alice.is_refused(id, {"INVALID_REFERENCE"});
}

void claims_need_a_suspended_intent(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent"), file = fresh_name("file");
  alice.announce(intent, {file});
  s.settle();
  bob.is_refused(bob.send(bob.envelope("INTENT_CLAIM", claim(intent, alice.principal(), file)), false));
}

void a_left_intent_is_claimed(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  s.only_if(text_at(s.info(), "compliance_profile") == "core", "somebody has to approve claims in this session");
  const auto grace = s.worth_waiting(s.span("liveness_policy.intent_claim_grace_period_sec", seconds(30)));
  const auto intent = fresh_name("intent"), file = fresh_name("file");
  alice.announce(intent, {file});
  s.settle();
  alice.say("GOODBYE", {{"reason", "user_exit"}, {"intent_disposition", "transfer"}});
  s.settle();
  auto wanted = claim(intent, alice.principal(), file);
  const auto id = wanted["claim_id"];
  bob.say("INTENT_CLAIM", std::move(wanted));
  const auto* told = bob.may_hear_one(
      [&](const heard_message& m) {
        return fits(m, "INTENT_CLAIM_STATUS", {{"claim_id", id}});
      },
      grace + s.how_long().answer);
  if (!told || text_at(told->body, "payload.decision") != "approved")
    throw surprise("the claim was not approved; " + (told ? brief(*told) : bob.heard_lately()));
}

void the_second_claim_is_late(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  auto& carol = s.join("carol");
  s.only_if(s.span("liveness_policy.intent_claim_grace_period_sec", seconds(30)) > seconds(0),
            "claims are decided at once: there are never two");
  const auto intent = fresh_name("intent"), file = fresh_name("file");
  alice.announce(intent, {file});
  s.settle();
  alice.say("GOODBYE", {{"reason", "user_exit"}, {"intent_disposition", "transfer"}});
  s.settle();
  bob.say("INTENT_CLAIM", claim(intent, alice.principal(), file));
  s.settle();
  carol.is_refused(carol.send(carol.envelope("INTENT_CLAIM", claim(intent, alice.principal(), file)), false),
                   {"CLAIM_CONFLICT"});
}

} // namespace

std::vector<check> intent_checks() {
  using enum level;
  constexpr auto here = layer::intent;
  // clang-format off
  return {
    {"announce-is-told", here, must, "7.7", "7.7-02", "the others hear INTENT_ANNOUNCE with its objective and scope", announce_is_told},
    {"apart-is-peaceful", here, must, "15.2.1.1", "15.2.1.1-01", "files that do not intersect do not overlap", apart_is_peaceful},
    {"same-file-collides", here, must, "15.2.1.1", "15.2.1.1-01", "one file in both scopes: CONFLICT_REPORT or STALE_INTENT", same_file_collides},
    {"dot-slash-is-dropped", here, must, "15.2.1.1", "15.2.1.1-02", "./src/x and src/x are one file", dot_slash_is_dropped},
    {"slashes-are-one", here, must, "15.2.1.1", "15.2.1.1-03", "src//x and src/x are one file", slashes_are_one},
    {"closing-slash-is-dropped", here, must, "15.2.1.1", "15.2.1.1-04", "src/x/ and src/x are one", closing_slash_is_dropped},
    {"letters-have-case", here, must, "15.2.1.1", "15.2.1.1-05", "x.md and x.MD are two files", letters_have_case},
    {"entities-collide", here, must, "15.2.1.1", "15.2.1.1-06", "one entity in both scopes is an overlap", entities_collide},
    {"entities-apart-are-peaceful", here, must, "15.2.1.1", "15.2.1.1-06", "different entities are none", entities_apart_are_peaceful},
    {"tasks-collide", here, must, "15.2.1.1", "15.2.1.1-07", "one task in both scopes is an overlap", tasks_collide},
    {"patterns-meet", here, should, "15.2.1.2", "15.2.1.2-03", "d/** and d/src/*.py overlap", patterns_meet},
    {"uris-meet-across-kinds", here, must, "15.2.2", "15.2.2-04", "one canonical URI in scopes of different kinds is an overlap", uris_meet_across_kinds},
    {"refused-leaves-nothing", here, must, "15.3.2", "15.3.2-02", "what STALE_INTENT refused is not registered and not reported", refused_leaves_nothing},
    {"update-is-told", here, must, "7.7", "7.7-02", "the others hear INTENT_UPDATE", update_is_told},
    {"growth-is-reported", here, should, "15.4", "15.4-03", "a scope that grows onto another's is reported", growth_is_reported},
    {"only-owners-update", here, must, "15.6.1", "15.6.1-11", "INTENT_UPDATE of somebody else's intent is refused and not told", only_owners_update},
    {"only-owners-withdraw", here, must, "15.6.1", "15.6.1-11", "INTENT_WITHDRAW of somebody else's intent is refused and not told", only_owners_withdraw},
    {"ids-of-others-are-taken", here, must, "15.6.1", "15.6.1-11", "INTENT_ANNOUNCE with the id of another's live intent is refused", ids_of_others_are_taken},
    {"withdraw-is-told", here, must, "7.7", "7.7-02", "the others hear INTENT_WITHDRAW", withdraw_is_told},
    {"withdraw-frees", here, must, "15.3.2", "15.3.2-09", "a withdrawn intent's scope is free", withdraw_frees},
    {"the-end-is-final", here, must, "15.6.1", "15.6.1-12", "an intent that was withdrawn is not updated any more", the_end_is_final},
    {"unknown-is-refused", here, should, "22.1", "22.1-03", "INTENT_WITHDRAW of an unknown intent: INVALID_REFERENCE", unknown_is_refused},
    {"ttl-ends-it", here, must, "15.6.1", "15.6.1-04", "after its TTL an intent's scope is free", ttl_ends_it},
    {"deferral-is-told", here, must, "15.5.1", "15.5.1-01", "INTENT_DEFERRED is told with principal_id and expires_at", deferral_is_told},
    {"deferral-is-resolved", here, must, "15.5.1", "15.5.1-07", "it is resolved when the observed intents have ended", deferral_is_resolved},
    {"deferral-holds-nothing", here, must, "15.5.1", "15.5.1-04", "a deferral locks no scope", deferral_holds_nothing},
    {"claims-need-an-intent", here, must, "14.7.4", "14.7.4-01", "INTENT_CLAIM on an unknown intent is refused", claims_need_an_intent},
    {"claims-need-a-suspended-intent", here, must, "14.7.4", "14.7.4-01", "INTENT_CLAIM on an active intent is refused", claims_need_a_suspended_intent},
    {"a-left-intent-is-claimed", here, must, "14.7.4", "14.7.4-07", "a claim on an intent left with transfer is approved after the grace", a_left_intent_is_claimed},
    {"the-second-claim-is-late", here, must, "14.7.4", "14.7.4-11", "a second claim is refused with CLAIM_CONFLICT", the_second_claim_is_late},
  };
  // clang-format on
}

} // namespace mpac::tools::conform
