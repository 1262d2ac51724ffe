// The messages of the session layer (SPEC 14).
#pragma once

#include "protocol/ids.hpp"
#include "protocol/json_text.hpp"
#include "protocol/word.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

enum class participant_status { idle, working, blocked, awaiting_review, offline };
enum class provider_status { operational, degraded, down, unknown };
enum class switch_reason { provider_down, provider_degraded, manual, cost_optimization };
enum class goodbye_reason { user_exit, session_complete, error, timeout };
enum class intent_disposition { withdraw, transfer, expire };
enum class close_reason { completed, timeout, policy, coordinator_shutdown, manual };
enum class close_disposition { withdraw_all, expire_all };
enum class coordinator_event { heartbeat, recovered, handover, assumed, authorization, backend_alert };
enum class session_health { healthy, degraded, recovering };
enum class role { observer, contributor, reviewer, owner, arbiter };

struct implementation_info {
  std::optional<std::string> name, version;
};

/// SPEC 23.1.4.
struct credential {
  std::string type;
  std::string value;
  std::optional<std::string> issuer, expires_at;
};

struct backend {
  std::string model_id;
  std::optional<std::string> provider;
};

/// SPEC 14.1.
struct hello {
  std::string display_name;
  std::vector<std::string> roles;
  std::vector<std::string> capabilities;
  std::optional<implementation_info> implementation;
  std::optional<protocol::credential> credential;
  std::optional<protocol::backend> backend;
};

/// SPEC 14.2. The policies are written as the session's own JSON.
struct session_info {
  protocol::session_id session_id;
  std::string protocol_version;
  std::string security_profile;
  std::string compliance_profile;
  std::string watermark_kind;
  std::string execution_model;
  std::string state_ref_format;
  std::optional<json_text> governance_policy;
  std::optional<json_text> liveness_policy;
  std::optional<json_text> lifecycle_policy; ///< O-016
  std::optional<std::int64_t> participant_count;
  std::vector<std::string> granted_roles;
  std::optional<bool> identity_verified;
  std::optional<std::string> identity_method;
  std::optional<std::string> identity_issuer;
  std::optional<std::vector<std::string>> compatibility_errors;
};

/// SPEC 14.3.1.
struct backend_health {
  std::string model_id;
  word<protocol::provider_status> provider_status;
  std::optional<std::string> status_detail;
  std::optional<std::string> checked_at; ///< required by the specification; lenient clients leave it out
  std::optional<json_text> alternatives;
  std::optional<std::string> switched_from;
  std::optional<word<protocol::switch_reason>> switch_reason;
};

/// SPEC 14.3.
struct heartbeat {
  word<participant_status> status;
  std::optional<std::string> active_intent_id;
  std::optional<std::string> summary;
  std::optional<protocol::backend_health> backend_health;
};

/// SPEC 14.4.
struct goodbye {
  word<goodbye_reason> reason;
  std::vector<protocol::intent_id> active_intents;
  std::optional<word<protocol::intent_disposition>> intent_disposition;
};

/// SPEC 9.6.2.
struct session_summary {
  std::int64_t total_intents = 0, completed_intents = 0, expired_intents = 0, withdrawn_intents = 0;
  std::int64_t total_operations = 0, committed_operations = 0, rejected_operations = 0, abandoned_operations = 0;
  std::int64_t total_conflicts = 0, resolved_conflicts = 0;
  std::int64_t total_participants = 0;
  double duration_sec = 0;
};

/// SPEC 14.5.
struct session_close {
  word<close_reason> reason;
  std::int64_t final_lamport_clock = 0;
  std::optional<session_summary> summary;
  std::optional<word<close_disposition>> active_intents_disposition;
  std::optional<std::string> transcript_ref;
};

/// SPEC 14.6, with `event` = `backend_alert`.
struct backend_detail {
  std::string model_id;
  word<protocol::provider_status> provider_status;
  std::optional<std::string> status_detail;
  std::optional<json_text> alternatives;
};

/// SPEC 14.6.
struct coordinator_status {
  word<coordinator_event> event;
  principal_id coordinator_id;
  word<protocol::session_health> session_health;
  std::optional<std::int64_t> active_participants;
  std::optional<std::int64_t> open_conflicts;
  std::optional<std::int64_t> snapshot_lamport_clock;
  std::optional<principal_id> successor_coordinator_id;
  std::optional<std::int64_t> next_coordinator_epoch;
  std::optional<op_id> authorized_op_id;
  std::optional<op_id> authorized_batch_id;
  std::optional<principal_id> authorized_by;
  std::optional<principal_id> affected_principal;
  std::optional<protocol::backend_detail> backend_detail;
};

} // namespace mpac::protocol
