#include "tests/store/samples.hpp"

#include "protocol/resource_registry.hpp"
#include "tests/store/sample_records.hpp"

namespace mpac::tests {

using namespace protocol;

std::vector<event> one_event_of_each_kind() {
  return {
      participant_joined{.record = sample_participant()},
      participant_departed{.who = principal_id("departed")},
      seat_vacated{.who = principal_id("vacated"), .seat = 300},
      status_changed{.who = principal_id("changed"), .status = "working"},
      availability_changed{.who = principal_id("lost"), .is_available = false},
      participant_seen{.who = principal_id("seen"), .when = second(1)},
      backend_changed{.who = principal_id("backend"), .backend = sample_backend()},
      intent_registered{.record = sample_intent("registered")},
      intent_revised{.intent_id = intent_id("revised"),
                     .objective = "another objective",
                     .scope = shared_record(sample_scope("revised")),
                     .assumptions = std::vector<std::string>{"assumed", "as well"},
                     .ttl = std::chrono::seconds{61},
                     .expires_at = second(2),
                     .by = message_id("by")},
      intent_moved{.intent_id = intent_id("moved"),
                   .to = intent_state::suspended,
                   .by = message_id("by"),
                   .suspension_cause = suspension_cause::owner_left},
      announce_refused{.who = principal_id("refused"), .backoff = sample_backoff()},
      refusals_forgotten{.who = principal_id("forgotten"), .scope = sample_scope("forgotten"), .began = second(3)},
      deferral_began{.record = sample_deferral()},
      deferral_ended{.who = principal_id("deferring"), .deferral_id = deferral_id("ended")},
      claim_submitted{.record = sample_claim("submitted")},
      claim_rescheduled{
          .claim_id = claim_id("rescheduled"), .waits_for = claim_wait::approver, .approve_at = second(4)},
      claim_decided{.claim_id = claim_id("decided"),
                    .decision = claim_decision::withdrawn,
                    .approved_by = principal_id("approver"),
                    .reason = "a reason"},
      operation_registered{.record = sample_operation("registered")},
      operation_moved{.op_id = op_id("moved"),
                      .to = operation_state::superseded,
                      .state_ref_before = "before",
                      .state_ref_after = "after",
                      .superseded_by = op_id("successor"),
                      .uncoordinated = true,
                      .outside_scope = true},
      operation_authorised{.op_id = op_id("authorised"), .by = principal_id("by"), .when = second(5)},
      operation_given_notice{.op_id = op_id("given notice"), .refuse_at = second(6)},
      operation_contested{.op_id = op_id("contested"), .rollback = "rollback"},
      target_moved{.target = "target", .state_ref = "its state"},
      file_written{.path = "src/written.cpp", .file = workspace_file::of("written\n")},
      conflict_opened{.record = sample_conflict("opened")},
      conflict_op_related{.conflict_id = conflict_id("related"), .op_id = op_id("related to it")},
      conflict_moved{.conflict_id = conflict_id("moved"),
                     .to = conflict_state::escalated,
                     .escalated_to = principal_id("arbiter"),
                     .when = second(7),
                     .next_step = second(8),
                     .by_coordinator = true},
      scope_frozen{.conflict_id = conflict_id("frozen"),
                   .phase = freeze_phase::priority,
                   .parts = {sample_scope("a part"), sample_scope("another part")},
                   .passing = intent_id("passing"),
                   .when = second(9),
                   .next_step = second(10)},
      conflict_ended{.conflict_id = conflict_id("ended"),
                     .to = conflict_state::dismissed,
                     .resolution_id = resolution_id("resolution"),
                     .resolved_by = principal_id("resolver"),
                     .decision = "merged"},
      status_sent{.next = second(11)},
      liveness_checked{.when = second(12)},
      session_ended{.reason = close_reason::policy},
      policy_replaced{.policy = sample_policy("replaced"), .limits = {.participants = 3, .intents_per_participant = 4}},
      coordinator_recovered{.epoch = 2, .when = second(13)},
      participant_key_changed{
          .who = principal_id("rotating"), .identity = sample_identity(), .old_key_until = second(14)},
  };
}

session_image filled_in_image() {
  session_image image{
      .id = session_id("kept"),
      .founding_policy = sample_policy("founding"),
      .policy = sample_policy("current"),
      .limits = {.participants = 1, .intents_per_participant = 2},
      .workspace_dir = "/srv/workspace",
      .created_at = second(20),
      .epoch = 3,
      .answers_to_any_id = true,
      .lamport = 1000,
      .sequence = 2000,
      .files = {},
      .people = {sample_participant()},
      .gone = {principal_id("gone"), principal_id("gone later")},
      .intents = {sample_intent("live")},
      .past_intents = {sample_intent("past")},
      .backoffs = {{principal_id("held back"), {sample_backoff()}}},
      .deferrals = {sample_deferral()},
      .claims = {sample_claim("pending")},
      .past_claims = {sample_claim("past")},
      .proposals = {sample_operation("pending")},
      .past_operations = {sample_operation("past")},
      .contested = {{.op_id = op_id("contested"), .target = "target", .state_ref_before = "ref", .rollback = "undo"}},
      .batches = {{op_id("batch"), principal_id("its sender")}},
      .conflicts = {sample_conflict("open")},
      .past_conflicts = {sample_conflict("past")},
      .targets = {{"a target", "its state"}},
      .totals = {.intents = 1,
                 .completed_intents = 2,
                 .expired_intents = 3,
                 .withdrawn_intents = 4,
                 .operations = 5,
                 .committed_operations = 6,
                 .rejected_operations = 7,
                 .abandoned_operations = 8,
                 .conflicts = 9,
                 .resolved_conflicts = 10,
                 .participants = 11},
      .next_status = second(21),
      .silence = {{second(22), principal_id("silent")}},
      .quiet_since = second(23),
      .ended = close_reason::timeout,
      .recovering = true,
      .recovered_at = second(24),
      .has_own_policy = true,
      .recent_messages = {{second(46), principal_id("recent sender"), message_id("recent")}},
      .retired_keys = {"sha256:02"},
      .log_chain = sample_chain().after,
  };
  image.files.put("README.md", workspace_file::of("read me\n"));
  image.files.put("src/main.cpp", workspace_file::of("int main() {}\n"));
  return image;
}

decision filled_in_decision() {
  decision made;
  made.sequence = 7;
  made.lamport_after = 11;
  auto& why = made.cause;
  why.outcome = "accepted";
  why.kind = message_kind::op_commit;
  why.error = error_code::limit_reached;
  why.who = principal_id("sender");
  why.from_its_seat = true;
  why.message = message_id("message");
  why.sender_lamport = 10;
  why.when = second(30);
  why.inbound = frame::of(R"({"it":"came in"})");
  made.events = one_event_of_each_kind();
  made.notices = {
      {.to = audience::all(), .frame = why.inbound, .whose = voice::participant, .lamport = 8},
      {.to = audience::all_but(principal_id("one")),
       .frame = frame::of("{}"),
       .whose = voice::coordinator,
       .lamport = 9},
      {.to = audience::only({principal_id("one"), principal_id("two")}), .frame = frame::of("[1]"), .lamport = 10},
      {.to = audience::at(300), .frame = frame::of("[2]"), .lamport = 11},
      {.to = audience::all(), .frame = frame::of("[3]"), .whose = voice::sideband, .lamport = 0},
  };
  made.chain = sample_chain();
  return made;
}

} // namespace mpac::tests
