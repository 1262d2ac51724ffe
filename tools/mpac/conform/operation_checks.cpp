// Layer operation: what was changed, alone and in batches, and what becomes of proposals (SPEC 7.8, 15.7, 16).
#include "tools/mpac/conform/scene.hpp"

namespace mpac::tools::conform {
namespace {

using std::chrono::seconds;

void only_post_commit(const scene& s) {
  s.only_if(text_at(s.info(), "execution_model") == "post_commit", "the session is pre_commit");
}

json::object entry(std::string_view op, std::string_view target) {
  return {{"op_id", op},
          {"target", target},
          {"op_kind", "replace"},
          {"state_ref_before", "sha256:0000000000000001"},
          {"state_ref_after", "sha256:0000000000000002"}};
}

void commit_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  only_post_commit(s);
  const auto intent = fresh_name("intent"), op = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.commit(op, intent, file);
  bob.hears("OP_COMMIT", {{"op_id", op}, {"intent_id", intent}, {"target", file}});
}

void commit_needs(scene& s, std::string_view member) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent"), op = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  auto payload = entry(op, file);
  payload["intent_id"] = intent;
  payload.erase(member);
  const auto id = alice.send(alice.envelope("OP_COMMIT", std::move(payload)), false);
  s.settle();
  bob.has_not_heard("OP_COMMIT", {{"op_id", op}});
  alice.is_refused(id, {"MALFORMED_MESSAGE"});
}

void commit_needs_state_before(scene& s) {
  commit_needs(s, "state_ref_before");
}
void commit_needs_state_after(scene& s) {
  commit_needs(s, "state_ref_after");
}
void commit_needs_a_target(scene& s) {
  commit_needs(s, "target");
}

void commit_needs_a_watermark(scene& s) {
  auto& alice = s.join("alice");
  const auto intent = fresh_name("intent"), file = fresh_name("file");
  alice.announce(intent, {file});
  auto payload = entry(fresh_name("op"), file);
  payload["intent_id"] = intent;
  auto letter = alice.envelope("OP_COMMIT", std::move(payload));
  letter.erase("watermark");
  alice.is_refused(alice.send(letter, false));
}

void op_ids_of_others_are_taken(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  only_post_commit(s);
  const auto op = fresh_name("op"), one = fresh_name("intent"), other = fresh_name("intent");
  const auto file = fresh_name("file"), another = fresh_name("file");
  alice.announce(one, {file});
  bob.announce(other, {another});
  alice.commit(op, one, file);
  s.settle();
  bob.is_refused(bob.commit(op, other, another), {}, op);
}

void proposals_fall_with_their_intent(scene& s) {
  auto& alice = s.join("alice");
  only_post_commit(s);
  const auto grace = s.worth_waiting(s.span("governance_policy.intent_expiry_grace_sec", seconds(0)));
  const auto intent = fresh_name("intent"), op = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.say("OP_PROPOSE", {{"op_id", op}, {"intent_id", intent}, {"target", file}, {"op_kind", "replace"}});
  s.settle();
  alice.has_not_heard("PROTOCOL_ERROR");
  alice.say("INTENT_WITHDRAW", {{"intent_id", intent}, {"reason", "done"}});
  const auto* told = alice.may_hear_one(
      [&](const heard_message& m) {
        return fits(m, "OP_REJECT", {{"op_id", op}});
      },
      grace + s.how_long().answer);
  if (!told)
    throw surprise("no OP_REJECT came; " + alice.heard_lately());
  if (text_at(told->body, "payload.reason") != "intent_terminated")
    throw surprise("it was refused for another reason: " + brief(*told));
}

void proposals_need_a_live_intent(scene& s) {
  auto& alice = s.join("alice");
  const auto intent = fresh_name("intent"), op = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.say("INTENT_WITHDRAW", {{"intent_id", intent}, {"reason", "done"}});
  s.settle();
  const auto id = alice.send(
      alice.envelope("OP_PROPOSE", {{"op_id", op}, {"intent_id", intent}, {"target", file}, {"op_kind", "replace"}}),
      false);
  alice.is_refused(id, {}, op);
}

void only_reviewers_reject(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  const auto intent = fresh_name("intent"), op = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.say("OP_PROPOSE", {{"op_id", op}, {"intent_id", intent}, {"target", file}, {"op_kind", "replace"}});
  s.settle();
  bob.send(bob.envelope("OP_REJECT", {{"op_id", op}, {"reason", "I do not like it"}}), false);
  s.settle();
  alice.has_not_heard("OP_REJECT", {{"op_id", op}});
}

void reviewers_reject(scene& s) {
  auto& alice = s.join("alice");
  auto& judge = s.join("judge", {"reviewer"});
  only_post_commit(s);
  const auto intent = fresh_name("intent"), op = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.say("OP_PROPOSE", {{"op_id", op}, {"intent_id", intent}, {"target", file}, {"op_kind", "replace"}});
  s.settle();
  judge.say("OP_REJECT", {{"op_id", op}, {"reason", "it breaks the build"}});
  alice.hears("OP_REJECT", {{"op_id", op}});
}

void authorization_comes(scene& s) {
  auto& alice = s.join("alice");
  s.only_if(text_at(s.info(), "execution_model") == "pre_commit", "the session is post_commit");
  const auto intent = fresh_name("intent"), op = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.say("OP_PROPOSE", {{"op_id", op}, {"intent_id", intent}, {"target", file}, {"op_kind", "replace"}});
  alice.hears("COORDINATOR_STATUS", {{"event", "authorization"}, {"authorized_op_id", op}});
}

void completion_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  s.only_if(text_at(s.info(), "execution_model") == "pre_commit", "the session is post_commit");
  const auto intent = fresh_name("intent"), op = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.say("OP_PROPOSE", {{"op_id", op}, {"intent_id", intent}, {"target", file}, {"op_kind", "replace"}});
  alice.hears("COORDINATOR_STATUS", {{"event", "authorization"}, {"authorized_op_id", op}});
  alice.commit(op, intent, file);
  bob.hears("OP_COMMIT", {{"op_id", op}});
}

void batch_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  only_post_commit(s);
  const auto intent = fresh_name("intent"), batch = fresh_name("batch"), a = fresh_name("file"), b = fresh_name("file");
  alice.announce(intent, {a, b});
  alice.say("OP_BATCH_COMMIT", {{"batch_id", batch},
                                {"intent_id", intent},
                                {"atomicity", "all_or_nothing"},
                                {"operations", {entry(fresh_name("op"), a), entry(fresh_name("op"), b)}}});
  bob.hears("OP_BATCH_COMMIT", {{"batch_id", batch}});
}

/// One entry uses the id of an operation that somebody else has committed.
void one_bad_entry_refuses_all(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  only_post_commit(s);
  const auto one = fresh_name("intent"), other = fresh_name("intent"), taken = fresh_name("op"),
             good = fresh_name("op");
  const auto a = fresh_name("file"), b = fresh_name("file"), batch = fresh_name("batch");
  bob.announce(other, {b});
  bob.commit(taken, other, b);
  alice.announce(one, {a});
  s.settle();
  const auto id = alice.say("OP_BATCH_COMMIT", {{"batch_id", batch},
                                                {"intent_id", one},
                                                {"atomicity", "all_or_nothing"},
                                                {"operations", {entry(good, a), entry(taken, a)}}});
  alice.is_refused(id, {}, batch);
  s.settle();
  // Had the good entry been committed, it could be superseded.
  const auto again = alice.send(
      alice.envelope("OP_SUPERSEDE",
                     {{"op_id", fresh_name("op")}, {"supersedes_op_id", good}, {"intent_id", one}, {"target", a}}),
      false);
  alice.is_refused(again);
}

void empty_batches_are_refused(scene& s) {
  auto& alice = s.join("alice");
  const auto intent = fresh_name("intent"), batch = fresh_name("batch");
  alice.announce(intent, {fresh_name("file")});
  s.settle();
  const auto id = alice.send(
      alice.envelope(
          "OP_BATCH_COMMIT",
          {{"batch_id", batch}, {"intent_id", intent}, {"atomicity", "all_or_nothing"}, {"operations", json::array{}}}),
      false);
  alice.is_refused(id, {"MALFORMED_MESSAGE"}, batch);
}

void supersede_is_told(scene& s) {
  auto& alice = s.join("alice");
  auto& bob = s.join("bob");
  only_post_commit(s);
  const auto intent = fresh_name("intent"), op = fresh_name("op"), next = fresh_name("op"), file = fresh_name("file");
  alice.announce(intent, {file});
  alice.commit(op, intent, file);
  s.settle();
  alice.say("OP_SUPERSEDE", {{"op_id", next}, {"supersedes_op_id", op}, {"intent_id", intent}, {"target", file}});
  bob.hears("OP_SUPERSEDE", {{"op_id", next}, {"supersedes_op_id", op}});
}

void only_the_committed_is_superseded(scene& s) {
  auto& alice = s.join("alice");
  const auto intent = fresh_name("intent"), file = fresh_name("file");
  alice.announce(intent, {file});
  s.settle();
  const auto id = alice.send(alice.envelope("OP_SUPERSEDE", {{"op_id", fresh_name("op")},
                                                             {"supersedes_op_id", fresh_name("nobody-knows")},
                                                             {"intent_id", intent},
                                                             {"target", file}}),
                             false);
  alice.is_refused(id, {"INVALID_REFERENCE"});
}

} // namespace

std::vector<check> operation_checks() {
  using enum level;
  constexpr auto here = layer::operation;
  // clang-format off
  return {
    {"commit-is-told", here, must, "7.7", "7.7-02", "the others hear OP_COMMIT", commit_is_told},
    {"commit-needs-state-before", here, must, "16.3", "16.3-01", "OP_COMMIT without state_ref_before: MALFORMED_MESSAGE, told to nobody", commit_needs_state_before},
    {"commit-needs-state-after", here, must, "16.3", "16.3-02", "OP_COMMIT without state_ref_after: MALFORMED_MESSAGE, told to nobody", commit_needs_state_after},
    {"commit-needs-a-target", here, must, "13.1", "13.1.OP_COMMIT-03", "OP_COMMIT without target: MALFORMED_MESSAGE, told to nobody", commit_needs_a_target},
    {"commit-needs-a-watermark", here, should, "7.3", "7.3-01", "OP_COMMIT without a watermark is refused", commit_needs_a_watermark},
    {"op-ids-of-others-are-taken", here, must, "13.1", "13.1.OP_COMMIT-01", "OP_COMMIT with the op_id of another's operation is refused", op_ids_of_others_are_taken},
    {"proposals-fall-with-their-intent", here, must, "15.7", "15.7-02", "when its intent ends a proposal falls: OP_REJECT intent_terminated", proposals_fall_with_their_intent},
    {"proposals-need-a-live-intent", here, must, "16.6.1", "16.6.1-01", "OP_PROPOSE under an intent that has ended is refused", proposals_need_a_live_intent},
    {"only-reviewers-reject", here, must, "16.6.1", "16.6.1-06", "OP_REJECT of a contributor is told to nobody", only_reviewers_reject},
    {"reviewers-reject", here, must, "16.6.1", "16.6.1-06", "the proposer hears the OP_REJECT of a reviewer", reviewers_reject},
    {"authorization-comes", here, must, "14.6", "14.6-08", "a proposal of a pre_commit session is authorised", authorization_comes},
    {"completion-is-told", here, must, "16.6.1", "16.6.1-05", "the others hear the OP_COMMIT that completes what was authorised", completion_is_told},
    {"batch-is-told", here, must, "7.7", "7.7-02", "the others hear OP_BATCH_COMMIT", batch_is_told},
    {"one-bad-entry-refuses-all", here, must, "16.8", "16.8-03", "all_or_nothing with one invalid entry commits nothing", one_bad_entry_refuses_all},
    {"empty-batches-are-refused", here, should, "22.1", "22.1-01", "a batch without operations is refused", empty_batches_are_refused},
    {"supersede-is-told", here, must, "7.7", "7.7-02", "the others hear OP_SUPERSEDE", supersede_is_told},
    {"only-the-committed-is-superseded", here, must, "16.5", "16.5-01", "OP_SUPERSEDE of an unknown operation: INVALID_REFERENCE", only_the_committed_is_superseded},
  };
  // clang-format on
}

} // namespace mpac::tools::conform
