// What a snapshot holds of a session's policy: the tables of its parts (see snapshot_fields.hpp).
#pragma once

#include "protocol/wire/snapshot_fields.hpp"

namespace mpac::protocol {

template <>
struct kept<governance_policy> {
  using r = governance_policy;
  static constexpr auto table = std::tuple{may("require_arbiter", &r::require_arbiter),
                                           may("primary_arbiter", &r::primary_arbiter),
                                           may("parties_may_resolve", &r::parties_may_resolve),
                                           may("resolution_timeout_sec", &r::resolution_timeout),
                                           may("timeout_action", &r::timeout_action),
                                           may("frozen_scope_behavior", &r::frozen_scope_behavior),
                                           may("frozen_scope_phase_1_sec", &r::frozen_scope_phase_1),
                                           may("frozen_scope_phase_2_sec", &r::frozen_scope_phase_2),
                                           may("frozen_scope_phase_3_action", &r::frozen_scope_phase_3_action),
                                           may("frozen_scope_disable_phase_3", &r::frozen_scope_disable_phase_3),
                                           may("intent_expiry_grace_sec", &r::intent_expiry_grace)};
};

template <>
struct kept<backend_health_policy> {
  using r = backend_health_policy;
  static constexpr auto table = std::tuple{may("enabled", &r::enabled),
                                           may("check_source", &r::check_source),
                                           may("check_interval_sec", &r::check_interval),
                                           may("on_degraded", &r::on_degraded),
                                           may("on_down", &r::on_down),
                                           may("auto_switch", &r::auto_switch),
                                           may("allowed_providers", &r::allowed_providers)};
};

template <>
struct kept<liveness_policy> {
  using r = liveness_policy;
  static constexpr auto table = std::tuple{may("heartbeat_interval_sec", &r::heartbeat_interval),
                                           may("unavailability_timeout_sec", &r::unavailability_timeout),
                                           may("orphaned_intent_action", &r::orphaned_intent_action),
                                           may("orphaned_proposal_action", &r::orphaned_proposal_action),
                                           may("intent_claim_approval", &r::intent_claim_approval),
                                           may("intent_claim_grace_period_sec", &r::intent_claim_grace_period),
                                           may("intent_backoff_initial_sec", &r::intent_backoff_initial),
                                           may("intent_backoff_max_sec", &r::intent_backoff_max),
                                           may("intent_backoff_multiplier", &r::intent_backoff_multiplier),
                                           may("default_intent_ttl_sec", &r::default_intent_ttl),
                                           may("default_deferral_ttl_sec", &r::default_deferral_ttl),
                                           may("backend_health_policy", &r::backend_health_policy)};
};

template <>
struct kept<lifecycle_policy> {
  using r = lifecycle_policy;
  static constexpr auto table =
      std::tuple{may("auto_close", &r::auto_close), may("auto_close_grace_sec", &r::auto_close_grace),
                 may("session_ttl_sec", &r::session_ttl), may("transcript_export", &r::transcript_export),
                 may("audit_retention_days", &r::audit_retention_days)};
};

template <>
struct kept<routing_policy> {
  using r = routing_policy;
  static constexpr auto table = std::tuple{may("relay", &r::relay), may("authorization_to", &r::authorization_to),
                                           may("claim_status_to", &r::claim_status_to)};
};

template <>
struct kept<role_constraint> {
  using r = role_constraint;
  static constexpr auto table =
      std::tuple{may("max_count", &r::max_count), may("allowed_principal_types", &r::allowed_principal_types)};
};

template <>
struct kept<role_policy> {
  using r = role_policy;
  static constexpr auto table =
      std::tuple{may("default_role", &r::default_role), may("role_assignments", &r::role_assignments),
                 may("role_constraints", &r::role_constraints), may("owned_scopes", &r::owned_scopes)};
};

template <>
struct kept<resource_alias> {
  using r = resource_alias;
  static constexpr auto table = std::tuple{must("kind", &r::kind), must("value", &r::value)};
};
template <>
struct kept<resource_mapping> {
  using r = resource_mapping;
  static constexpr auto table = std::tuple{must("canonical_uri", &r::canonical_uri), may("aliases", &r::aliases)};
};

/// Members of the snapshot itself. The resource registry and the replay window stand beside them.
template <>
struct kept<session_policy> {
  using r = session_policy;
  static constexpr auto table = std::tuple{may("protocol_version", &r::protocol_version),
                                           may("governance_policy", &r::governance),
                                           may("liveness_policy", &r::liveness),
                                           may("lifecycle_policy", &r::lifecycle),
                                           may("security_profile", &r::security_profile),
                                           may("compliance_profile", &r::compliance_profile),
                                           may("execution_model", &r::execution_model),
                                           may("state_ref_format", &r::state_ref_format),
                                           may("race_lock", &r::race_lock),
                                           may("strict", &r::strict),
                                           may("unknown_intent_commit", &r::unknown_intent_commit),
                                           may("files_before_hello", &r::files_before_hello),
                                           may("routing", &r::routing),
                                           may("role_policy", &r::role_policy)};
};

} // namespace mpac::protocol
