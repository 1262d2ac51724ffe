// The policy of a session: what its creator decided before the first message
// (SPEC 9.6.4, 14.7.5, 15.3.1, 18.6.3, 23.1).
#pragma once

#include "base/clock.hpp"
#include "protocol/policy_words.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::protocol {

// Plain values, each with the default of the shipped cluster.toml. Members carry the names of the policy keys; where a
// key ends in `_sec` the member is a duration and drops the ending. Durations are never negative.

/// Who hears what is accepted.
struct routing_policy {
  relay_to relay = relay_to::all;                                             ///< accepted messages of participants
  authorization_audience authorization_to = authorization_audience::proposer; ///< COORDINATOR_STATUS `authorization`
  claim_status_audience claim_status_to = claim_status_audience::parties;     ///< INTENT_CLAIM_STATUS (SPEC 14.7.4.1)

  friend bool operator==(const routing_policy&, const routing_policy&) = default;
};

/// What the hub does about ailing model backends (SPEC 14.3.1, 14.7.5).
struct backend_health_policy {
  bool enabled = false;
  std::string check_source = "https://aistatus.cc/api/check";
  base::duration check_interval = std::chrono::seconds{60};
  backend_reaction on_degraded = backend_reaction::warn;
  backend_reaction on_down = backend_reaction::suspend_and_claim;
  backend_switching auto_switch = backend_switching::allowed;
  std::vector<std::string> allowed_providers; ///< empty: any provider

  friend bool operator==(const backend_health_policy&, const backend_health_policy&) = default;
};

/// Presence, orphans, claims, backoff and lifetimes of intents (SPEC 14.7.5, 15.3, 15.3.1, 15.7).
struct liveness_policy {
  base::duration heartbeat_interval = std::chrono::seconds{30};
  base::duration unavailability_timeout =
      std::chrono::seconds{90}; ///< silence after which a participant is unavailable
  orphan_intent_action orphaned_intent_action = orphan_intent_action::suspend;
  orphan_proposal_action orphaned_proposal_action = orphan_proposal_action::abandon;
  claim_approval intent_claim_approval = claim_approval::governance;
  base::duration intent_claim_grace_period = std::chrono::seconds{30};
  base::duration intent_backoff_initial{};                       ///< SPEC 15.3.1; zero: backoff is not enforced
  base::duration intent_backoff_max = std::chrono::seconds{300}; ///< SPEC 15.3.1
  double intent_backoff_multiplier = 2;                          ///< SPEC 15.3.1; at least 1
  base::duration default_intent_ttl = std::chrono::seconds{300}; ///< for announces without `ttl_sec` (SPEC 15.3)
  base::duration default_deferral_ttl = std::chrono::seconds{60};
  struct backend_health_policy backend_health_policy;

  friend bool operator==(const liveness_policy&, const liveness_policy&) = default;
};

/// Arbiters, timeouts of disputes and the phases of a frozen scope (SPEC 18.6.2.1, 18.6.3).
struct governance_policy {
  bool require_arbiter = false;
  std::string primary_arbiter;     ///< the coordinator escalates to it first (O-131); empty: to any arbiter
  bool parties_may_resolve = true; ///< false: nobody resolves a conflict about its own work (O-126)
  base::duration resolution_timeout = std::chrono::seconds{300}; ///< zero: conflicts never time out
  resolution_timeout_action timeout_action = resolution_timeout_action::escalate_then_freeze;
  freeze_behavior frozen_scope_behavior = freeze_behavior::reject_writes_and_intents;
  base::duration frozen_scope_phase_1 = std::chrono::seconds{60};
  base::duration frozen_scope_phase_2 = std::chrono::seconds{240};
  freeze_fallback frozen_scope_phase_3_action = freeze_fallback::first_committer_wins;
  bool frozen_scope_disable_phase_3 = false;                     ///< true: a scope stays frozen until somebody resolves
  base::duration intent_expiry_grace = std::chrono::seconds{30}; ///< SPEC 15.7; zero: refused at once

  friend bool operator==(const governance_policy&, const governance_policy&) = default;
};

/// The end of a session and what is kept of it (SPEC 9.6.4).
struct lifecycle_policy {
  bool auto_close = false;
  base::duration auto_close_grace = std::chrono::seconds{60};
  base::duration session_ttl{}; ///< zero: a session has no time to live
  bool transcript_export = true;
  std::uint32_t audit_retention_days = 90; ///< zero: kept for the session only

  friend bool operator==(const lifecycle_policy&, const lifecycle_policy&) = default;
};

/// Replay protection (SPEC 23.1.2), and what participants are told of the hub's security (SPEC 23.1.6, 23.2).
struct security_policy {
  base::duration replay_window = std::chrono::seconds{300};
  std::vector<std::string> auth_mechanisms; ///< types of credentials that are taken; the hub's, no key of a session
  std::string custom_credential_format;     ///< what a `custom` one must look like (23.1.4-11); empty: nothing is told
  std::string coordinator_certificate;      ///< PEM, leaf first; empty: the coordinator does not sign
  std::string coordinator_key;              ///< `sha256:` and the hex digest of its leaf, the key id of signatures

  friend bool operator==(const security_policy&, const security_policy&) = default;
};

/// Who may have a role (SPEC 23.1.5).
struct role_constraint {
  std::optional<std::uint32_t> max_count;           ///< holders at once; absent: any number
  std::vector<std::string> allowed_principal_types; ///< of human, agent, service; empty: all

  friend bool operator==(const role_constraint&, const role_constraint&) = default;
};

/// From identities to roles (SPEC 23.1.5).
struct role_policy {
  std::optional<std::string> default_role;
  std::map<std::string, std::vector<std::string>, std::less<>> role_assignments; ///< principal id -> roles
  std::map<std::string, role_constraint, std::less<>> role_constraints;          ///< role -> who may have it
  /// Principal id -> path patterns: as an owner it resolves only the conflicts that touch them (SPEC 18.2, O-124).
  std::map<std::string, std::vector<std::string>, std::less<>> owned_scopes;

  friend bool operator==(const role_policy&, const role_policy&) = default;
};

/// Everything a session's rules ask about; immutable once a session runs, so sessions share it:
/// hold a `shared_policy`, thousands of sessions then cost one policy. Kept by place, with its parts: members are
/// only ever appended (store/encoding.hpp).
struct session_policy {
  enum security_profile security_profile = security_profile::open;       ///< SPEC 23.1
  enum compliance_profile compliance_profile = compliance_profile::core; ///< SPEC 20
  enum execution_model execution_model = execution_model::post_commit;   ///< SPEC 7.8
  std::string state_ref_format = "sha256";
  std::string protocol_version = "0.1.13"; ///< what the hub writes; any 0.1.x is accepted
  bool race_lock = false;                  ///< SPEC 15.3.2: overlapping announces are refused with STALE_INTENT
  bool strict = false;                     ///< slips that clients get away with are refused
  enum unknown_intent_commit unknown_intent_commit = unknown_intent_commit::flag; ///< core profile only (SPEC 14.7.2)
  bool files_before_hello = false; ///< the workspace sideband before HELLO; open profile only

  routing_policy routing;
  liveness_policy liveness;
  governance_policy governance;
  lifecycle_policy lifecycle;
  security_policy security;
  std::optional<struct role_policy> role_policy; ///< absent in the open profile: roles as requested (SPEC 23.1.5)
  /// How scopes of different kinds are compared (SPEC 15.2.3); null: by the URIs their senders give.
  std::shared_ptr<const class resource_registry> resource_registry;

  friend bool operator==(const session_policy&, const session_policy&) = default;
};

/// How many of each kind may exist in a session; 0 = any number ([limits] of the configuration).
struct session_limits {
  std::uint32_t participants = 0;            ///< present at once: who has left makes room
  std::uint32_t intents_per_participant = 0; ///< active or suspended at once

  friend bool operator==(const session_limits&, const session_limits&) = default;
};

using shared_policy = std::shared_ptr<const session_policy>;

/// The built-in policy, one object for all. Thread-safe.
const shared_policy& default_policy();

/// Whether the role policy lets somebody be arbiter, which counts as designation (SPEC 18.5, O-130).
[[nodiscard]] bool designates_arbiter(const session_policy& policy);

/// Whether a session would have to sign what it says and has no key for it (SPEC 23.1.3.1): nobody joins it.
[[nodiscard]] bool is_mute(const session_policy& policy);

/// Two keys of one policy that cannot both hold, each relative to the policy ("governance.require_arbiter").
struct policy_contradiction {
  std::string_view key;   ///< the key to change
  std::string_view other; ///< the key it contradicts
  std::string_view message;
};

/// Every contradiction of a policy; empty when it can run a session:
/// - `pre_commit` needs the governance or semantic profile (SPEC 7.8);
/// - the authenticated and verified profiles need a role policy (SPEC 23.1.5);
/// - the sideband before HELLO is for the open profile;
/// - the backoff may not begin above its maximum (SPEC 15.3.1);
/// - `require_arbiter` needs a role policy that names an arbiter: that is how one is designated (SPEC 18.5, O-130).
std::vector<policy_contradiction> contradictions(const session_policy& policy);

/// What whoever makes a session of this policy should know although it can run one; static text.
/// - a governance session without a designated arbiter (18.5-02, 18.5-03).
std::vector<std::string_view> doubts(const session_policy& policy);

} // namespace mpac::protocol
