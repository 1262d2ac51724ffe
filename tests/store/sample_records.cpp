#include "tests/store/sample_records.hpp"

#include "protocol/resource_registry.hpp"

namespace mpac::tests {

using namespace protocol;
using std::chrono::seconds;

base::instant second(int count) {
  return base::instant{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}} + seconds{count};
}

scope sample_scope(const std::string& name) {
  return {.kind = scope_kind::custom,
          .kind_text = "custom",
          .resources = {"src/" + name + ".cpp", "docs/"},
          .pattern = "src/**",
          .task_ids = {"task"},
          .expression = "an expression",
          .language = "its language",
          .entities = {"entity"},
          .canonical_uris = {"uri:1", "uri:2"},
          .extensions = R"({"own":1})"};
}

std::shared_ptr<const backend_record> sample_backend() {
  return std::make_shared<const backend_record>(backend_record{.model_id = "provider/model",
                                                               .provider = "provider",
                                                               .status = "degraded",
                                                               .alerted = true,
                                                               .agreed = "agreed",
                                                               .denied = "denied"});
}

participant_record sample_participant() {
  return {.principal_id = principal_id("participant"),
          .type = principal_type::service,
          .instance = instance_id("instance"),
          .display_name = "Participant",
          .roles = {"owner", "reviewer"},
          .capabilities = {"op.commit"},
          .status = "blocked",
          .is_available = false,
          .departed = true,
          .seat = 5,
          .joined_at = second(40),
          .last_seen = second(41),
          .last_message = message_id("last"),
          .lamport = 42,
          .away_since = 43,
          .backend = sample_backend(),
          .epoch = 44,
          .identity = sample_identity()};
}

std::shared_ptr<const verified_identity> sample_identity() {
  return std::make_shared<const verified_identity>(verified_identity{.principal_id = principal_id("participant"),
                                                                     .method = "x509_chain",
                                                                     .issuer = "an issuer",
                                                                     .tenant = "a tenant",
                                                                     .roles = std::vector<std::string>{"owner"},
                                                                     .expires_at = second(45),
                                                                     .certificate_chain = "a chain",
                                                                     .key_id = "sha256:00"});
}

intent_record sample_intent(const std::string& name) {
  return {.intent_id = intent_id(name),
          .principal_id = principal_id("owner"),
          .objective = "an objective",
          .scope = sample_scope(name),
          .assumptions = {"assumption"},
          .priority = priority::critical,
          .parent_intent_id = intent_id("parent"),
          .state = intent_state::transferred,
          .suspension_cause = suspension_cause::backend,
          .received_at = second(50),
          .ttl = seconds{51},
          .expires_at = second(52),
          .last_message = message_id("last"),
          .claimed_by = principal_id("claimant"),
          .order = 53,
          .ended_with = 54,
          .committed_under = true};
}

announce_backoff sample_backoff() {
  return {.scope = sample_scope("refused"),
          .refusals = 2,
          .refused_at = second(60),
          .until = second(61),
          .forget_at = second(62)};
}

deferral_record sample_deferral() {
  return {.deferral_id = deferral_id("deferral"),
          .principal_id = principal_id("deferring"),
          .scope = sample_scope("deferred"),
          .reason = "somebody is there",
          .observed_intent_ids = {intent_id("c"), intent_id("a"), intent_id("b")},
          .observed_principals = {principal_id("observed")},
          .still_open = {intent_id("a"), intent_id("b"), intent_id("c")},
          .expires_at = second(70)};
}

claim_record sample_claim(const std::string& name) {
  return {.claim_id = claim_id(name),
          .original_intent_id = intent_id("original"),
          .original_principal_id = principal_id("original owner"),
          .new_intent_id = intent_id("new"),
          .claimant = principal_id("claimant"),
          .objective = "an objective",
          .scope = sample_scope(name),
          .justification = "a justification",
          .frame = frame::of(R"({"it":"claims"})"),
          .submitted_at = second(80),
          .waits_for = claim_wait::word,
          .approve_at = second(81),
          .order = 82,
          .decision = claim_decision::rejected,
          .approved_by = principal_id("approver"),
          .reason = "a reason"};
}

operation_record sample_operation(const std::string& name) {
  return {.op_id = op_id(name),
          .intent_id = intent_id("its intent"),
          .principal_id = principal_id("sender"),
          .state = operation_state::abandoned,
          .target = "target",
          .op_kind = "replace",
          .state_ref_before = "before",
          .state_ref_after = "after",
          .batch_id = op_id("batch"),
          .batch_atomicity = atomicity::best_effort,
          .supersedes = op_id("predecessor"),
          .superseded_by = op_id("successor"),
          .files = {"src/other.cpp"},
          .authorised_by = principal_id("authoriser"),
          .authorised_at = second(90),
          .refuse_at = second(91),
          .created_at = second(92),
          .order = 93,
          .compared_with = 94,
          .settled_with = 95,
          .uncoordinated = true,
          .outside_scope = true,
          .contested = true};
}

conflict_record sample_conflict(const std::string& name) {
  return {.conflict_id = conflict_id(name),
          .category = word<conflict_category>("of somebody's own"),
          .severity = severity::critical,
          .basis = basis_kind::human_report,
          .uncertain = true,
          .description = "a description",
          .principal_a = principal_id("a"),
          .principal_b = principal_id("b"),
          .intent_a = intent_id("of a"),
          .intent_b = intent_id("of b"),
          .related_intents = {intent_id("of a"), intent_id("of b")},
          .related_ops = {op_id("of a"), op_id("of b")},
          .outlived_ops = {op_id("of b")},
          .outlived_commits = {op_id("of b")},
          .dependency_detail = json_text{R"({"breaks":[]})"},
          .intents_by_then = 100,
          .state = conflict_state::closed,
          .opened_with = 101,
          .ended_with = 102,
          .created_at = second(103),
          .based_on = 104,
          .order = 105,
          .escalated_to = principal_id("arbiter"),
          .escalated_at = second(106),
          .next_step = second(107),
          .phase = freeze_phase::held,
          .frozen_at = second(108),
          .frozen = {sample_scope("frozen")},
          .passing = intent_id("passing"),
          .resolution_id = resolution_id("resolution"),
          .resolved_by = principal_id("resolver"),
          .decision = "approved"};
}

chain_step sample_chain() {
  const auto digest = [](std::uint8_t first) {
    log_digest made{};
    for (auto& byte : made)
      byte = first++;
    return made;
  };
  return {.before = digest(1), .after = {.entries = 300, .head = digest(101)}, .original = digest(200)};
}

shared_policy sample_policy(const std::string& name) {
  return std::make_shared<const session_policy>(session_policy{
      .security_profile = security_profile::verified,
      .compliance_profile = compliance_profile::semantic,
      .execution_model = execution_model::pre_commit,
      .state_ref_format = name,
      .protocol_version = "0.1.99",
      .race_lock = true,
      .strict = true,
      .unknown_intent_commit = unknown_intent_commit::reject,
      .files_before_hello = true,
      .routing = {.relay = relay_to::none,
                  .authorization_to = authorization_audience::all,
                  .claim_status_to = claim_status_audience::all},
      .liveness = {.heartbeat_interval = seconds{1},
                   .unavailability_timeout = seconds{2},
                   .orphaned_intent_action = orphan_intent_action::suspend,
                   .orphaned_proposal_action = orphan_proposal_action::abandon,
                   .intent_claim_approval = claim_approval::automatic,
                   .intent_claim_grace_period = seconds{3},
                   .intent_backoff_initial = seconds{4},
                   .intent_backoff_max = seconds{5},
                   .intent_backoff_multiplier = 1.5,
                   .default_intent_ttl = seconds{6},
                   .default_deferral_ttl = seconds{7},
                   .backend_health_policy = {.enabled = true,
                                             .check_source = "https://example.org/check",
                                             .check_interval = seconds{8},
                                             .on_degraded = backend_reaction::suspend_and_claim,
                                             .on_down = backend_reaction::warn,
                                             .auto_switch = backend_switching::forbidden,
                                             .allowed_providers = {"provider"}}},
      .governance = {.require_arbiter = true,
                     .primary_arbiter = "arbiter",
                     .parties_may_resolve = false,
                     .resolution_timeout = seconds{9},
                     .timeout_action = resolution_timeout_action::escalate_then_freeze,
                     .frozen_scope_behavior = freeze_behavior::reject_writes_and_intents,
                     .frozen_scope_phase_1 = seconds{10},
                     .frozen_scope_phase_2 = seconds{11},
                     .frozen_scope_phase_3_action = freeze_fallback::first_committer_wins,
                     .frozen_scope_disable_phase_3 = true,
                     .intent_expiry_grace = seconds{12}},
      .lifecycle = {.auto_close = true,
                    .auto_close_grace = seconds{13},
                    .session_ttl = seconds{14},
                    .transcript_export = false,
                    .audit_retention_days = 15},
      .security = {.replay_window = seconds{16},
                   .auth_mechanisms = {"x509_chain"},
                   .custom_credential_format = "a format",
                   .coordinator_certificate = "a certificate",
                   .coordinator_key = "sha256:01"},
      .role_policy =
          role_policy{
              .default_role = "observer",
              .role_assignments = {{"alice", {"owner"}}, {"bob", {"arbiter", "reviewer"}}},
              .role_constraints = {{"owner", {.max_count = 1, .allowed_principal_types = {"human"}}}},
              .owned_scopes = {{"alice", {"src/**"}}},
          },
      .resource_registry = std::make_shared<const resource_registry>(std::vector<resource_mapping>{
          {.canonical_uri = "uri:1", .aliases = {{.kind = "file_set", .value = "src/one.cpp"}}}}),
  });
}

} // namespace mpac::tests
