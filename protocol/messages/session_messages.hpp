// The messages of the session layer (SPEC 14).
#pragma once

#include "protocol/ids.hpp"
#include "protocol/json_text.hpp"
#include "protocol/messages/intent_words.hpp"
#include "protocol/messages/session_words.hpp"
#include "protocol/word.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::protocol {

struct implementation_info {
  std::optional<std::string> name, version;

  friend bool operator==(const implementation_info&, const implementation_info&) = default;
};

/// SPEC 23.1.4.
struct credential {
  std::string type;
  std::string value;
  std::optional<std::string> issuer, expires_at;

  friend bool operator==(const credential&, const credential&) = default;
};

struct backend {
  std::string model_id;
  std::optional<std::string> provider;

  friend bool operator==(const backend&, const backend&) = default;
};

/// SPEC 14.1.
struct hello {
  std::string display_name;
  std::vector<std::string> roles;
  std::vector<std::string> capabilities;
  std::optional<implementation_info> implementation;
  std::optional<protocol::credential> credential;
  std::optional<protocol::backend> backend;

  friend bool operator==(const hello&, const hello&) = default;
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
  std::optional<json_text> security_config, role_policy, resource_registry; ///< O-016

  friend bool operator==(const session_info&, const session_info&) = default;
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

  friend bool operator==(const backend_health&, const backend_health&) = default;
};

/// What an owner or arbiter decides on an INTENT_CLAIM, or that somebody objects to it. The specification has no
/// message for it; this one travels in a HEARTBEAT, as an extension (O-069, SPEC 21.1).
struct claim_answer {
  protocol::claim_id claim_id;
  word<claim_verdict> decision;
  std::optional<std::string> reason;

  friend bool operator==(const claim_answer&, const claim_answer&) = default;
};

/// The reason of a key_rotation that leaves the old key no grace (O-157).
inline constexpr std::string_view key_is_compromised = "compromised";

/// SPEC 23.1.6: from now on the sender signs with another key. The specification names the fingerprint only; the
/// certificate chain is what makes the new key one of the same principal (O-156).
struct key_rotation {
  std::string fingerprint;       ///< `sha256:` and the hex digest of the new leaf
  std::string certificate_chain; ///< PEM, leaf first
  std::optional<std::string> reason;

  friend bool operator==(const key_rotation&, const key_rotation&) = default;
};

/// The extensions of a HEARTBEAT that the hub acts on.
struct heartbeat_extensions {
  std::optional<claim_answer> claim_decision;
  std::optional<protocol::key_rotation> key_rotation;

  friend bool operator==(const heartbeat_extensions&, const heartbeat_extensions&) = default;
};

/// SPEC 14.3.
struct heartbeat {
  word<participant_status> status;
  std::optional<std::string> active_intent_id;
  std::optional<std::string> summary;
  std::optional<protocol::backend_health> backend_health;
  std::optional<heartbeat_extensions> extensions;

  friend bool operator==(const heartbeat&, const heartbeat&) = default;
};

/// SPEC 14.4.
struct goodbye {
  word<goodbye_reason> reason;
  std::vector<protocol::intent_id> active_intents;
  std::optional<word<protocol::intent_disposition>> intent_disposition;

  friend bool operator==(const goodbye&, const goodbye&) = default;
};

/// SPEC 9.6.2.
struct session_summary {
  std::int64_t total_intents = 0, completed_intents = 0, expired_intents = 0, withdrawn_intents = 0;
  std::int64_t total_operations = 0, committed_operations = 0, rejected_operations = 0, abandoned_operations = 0;
  std::int64_t total_conflicts = 0, resolved_conflicts = 0;
  std::int64_t total_participants = 0;
  double duration_sec = 0;

  friend bool operator==(const session_summary&, const session_summary&) = default;
};

/// SPEC 14.5.
struct session_close {
  word<close_reason> reason;
  std::int64_t final_lamport_clock = 0;
  std::optional<session_summary> summary;
  std::optional<word<close_disposition>> active_intents_disposition;
  std::optional<std::string> transcript_ref;

  friend bool operator==(const session_close&, const session_close&) = default;
};

/// SPEC 14.6, with `event` = `backend_alert`.
struct backend_detail {
  std::string model_id;
  word<protocol::provider_status> provider_status;
  std::optional<std::string> status_detail;
  std::optional<json_text> alternatives;

  friend bool operator==(const backend_detail&, const backend_detail&) = default;
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

  friend bool operator==(const coordinator_status&, const coordinator_status&) = default;
};

} // namespace mpac::protocol
