#include "config/key.hpp"
#include "config/key_rules.hpp"
#include "config/resource_registry_key.hpp"
#include "config/role_policy_key.hpp"

namespace mpac::config {
namespace {

using enum taking_effect;
using all = protocol::session_policy;
using routing_ = protocol::routing_policy;
using liveness_ = protocol::liveness_policy;
using backend_ = protocol::backend_health_policy;
using governance_ = protocol::governance_policy;
using lifecycle_ = protocol::lifecycle_policy;
using security_ = protocol::security_policy;

// What a running session was founded on (its profiles, its execution model, what it calls its state) it keeps to its
// end.
// clang-format off
constexpr key<protocol::session_policy> table[] = {
  //  member                                                    name                                     takes            when
  row<&all::security_profile>                                  ("security_profile",                       any,             in_new_sessions),
  row<&all::compliance_profile>                                ("compliance_profile",                     any,             in_new_sessions),
  row<&all::execution_model>                                   ("execution_model",                        any,             in_new_sessions),
  row<&all::state_ref_format>                                  ("state_ref_format",                       not_empty,       in_new_sessions),
  row<&all::protocol_version>                                  ("protocol_version",                       version_0_1,     in_new_sessions),
  row<&all::race_lock>                                         ("race_lock",                              any,             while_running),
  row<&all::strict>                                            ("strict",                                 any,             while_running),
  row<&all::unknown_intent_commit>                             ("unknown_intent_commit",                  any,             while_running),
  row<&all::files_before_hello>                                ("files_before_hello",                     any,             while_running),

  row<&all::routing, &routing_::relay>                         ("routing.relay",                          any,             while_running),
  row<&all::routing, &routing_::authorization_to>              ("routing.authorization_to",               any,             while_running),
  row<&all::routing, &routing_::claim_status_to>               ("routing.claim_status_to",                any,             while_running),

  row<&all::liveness, &liveness_::heartbeat_interval>          ("liveness.heartbeat_interval_sec",        always_timer,    while_running),
  row<&all::liveness, &liveness_::unavailability_timeout>      ("liveness.unavailability_timeout_sec",    always_timer,    while_running),
  row<&all::liveness, &liveness_::orphaned_intent_action>      ("liveness.orphaned_intent_action",        any,             while_running),
  row<&all::liveness, &liveness_::orphaned_proposal_action>    ("liveness.orphaned_proposal_action",      any,             while_running),
  row<&all::liveness, &liveness_::intent_claim_approval>       ("liveness.intent_claim_approval",         any,             while_running),
  row<&all::liveness, &liveness_::intent_claim_grace_period>   ("liveness.intent_claim_grace_period_sec", timer,           while_running),
  row<&all::liveness, &liveness_::intent_backoff_initial>      ("liveness.intent_backoff_initial_sec",    timer,           while_running),
  row<&all::liveness, &liveness_::intent_backoff_max>          ("liveness.intent_backoff_max_sec",        timer,           while_running),
  row<&all::liveness, &liveness_::intent_backoff_multiplier>   ("liveness.intent_backoff_multiplier",     between(1, 1000), while_running),
  row<&all::liveness, &liveness_::default_intent_ttl>          ("liveness.default_intent_ttl_sec",        always_timer,    while_running),
  row<&all::liveness, &liveness_::default_deferral_ttl>        ("liveness.default_deferral_ttl_sec",      always_timer,    while_running),

  row<&all::liveness, &liveness_::backend_health_policy, &backend_::enabled>           ("liveness.backend_health_policy.enabled",            any, while_running),
  row<&all::liveness, &liveness_::backend_health_policy, &backend_::check_source>      ("liveness.backend_health_policy.check_source",       any, while_running),
  row<&all::liveness, &liveness_::backend_health_policy, &backend_::check_interval>    ("liveness.backend_health_policy.check_interval_sec",always_timer, while_running),
  row<&all::liveness, &liveness_::backend_health_policy, &backend_::on_degraded>       ("liveness.backend_health_policy.on_degraded",        any, while_running),
  row<&all::liveness, &liveness_::backend_health_policy, &backend_::on_down>           ("liveness.backend_health_policy.on_down",            any, while_running),
  row<&all::liveness, &liveness_::backend_health_policy, &backend_::auto_switch>       ("liveness.backend_health_policy.auto_switch",        any, while_running),
  row<&all::liveness, &liveness_::backend_health_policy, &backend_::allowed_providers> ("liveness.backend_health_policy.allowed_providers",  not_empty, while_running),

  row<&all::governance, &governance_::require_arbiter>              ("governance.require_arbiter",              any,   while_running),
  row<&all::governance, &governance_::primary_arbiter>              ("governance.primary_arbiter",              any,   while_running),
  row<&all::governance, &governance_::parties_may_resolve>          ("governance.parties_may_resolve",          any,   while_running),
  row<&all::governance, &governance_::resolution_timeout>           ("governance.resolution_timeout_sec",       timer, while_running),
  row<&all::governance, &governance_::timeout_action>               ("governance.timeout_action",               any,   while_running),
  row<&all::governance, &governance_::frozen_scope_behavior>        ("governance.frozen_scope_behavior",        any,   while_running),
  row<&all::governance, &governance_::frozen_scope_phase_1>         ("governance.frozen_scope_phase_1_sec",     timer, while_running),
  row<&all::governance, &governance_::frozen_scope_phase_2>         ("governance.frozen_scope_phase_2_sec",     timer, while_running),
  row<&all::governance, &governance_::frozen_scope_phase_3_action>  ("governance.frozen_scope_phase_3_action",  any,   while_running),
  row<&all::governance, &governance_::frozen_scope_disable_phase_3> ("governance.frozen_scope_disable_phase_3", any,   while_running),
  row<&all::governance, &governance_::intent_expiry_grace>          ("governance.intent_expiry_grace_sec",      timer, while_running),

  row<&all::lifecycle, &lifecycle_::auto_close>                ("lifecycle.auto_close",           any,                while_running),
  row<&all::lifecycle, &lifecycle_::auto_close_grace>          ("lifecycle.auto_close_grace_sec", timer,              while_running),
  row<&all::lifecycle, &lifecycle_::session_ttl>               ("lifecycle.session_ttl_sec",      between(0, 10 * year), while_running),
  row<&all::lifecycle, &lifecycle_::transcript_export>         ("lifecycle.transcript_export",    any,                while_running),
  row<&all::lifecycle, &lifecycle_::audit_retention_days>      ("lifecycle.audit_retention_days", between(0, 36'500), while_running),

  row<&all::security, &security_::replay_window>               ("security.replay_window_sec",     always_timer,       in_new_sessions),

  {"role_policy", {}, while_running, assign_role_policy, give_role_policy,
   [](const all& from, all& to) { to.role_policy = from.role_policy; }},
  {"resource_registry", {}, in_new_sessions, assign_resource_registry, give_resource_registry,
   [](const all& from, all& to) { to.resource_registry = from.resource_registry; }},
};
// clang-format on

} // namespace

std::span<const key<protocol::session_policy>> policy_keys() {
  return table;
}

} // namespace mpac::config
