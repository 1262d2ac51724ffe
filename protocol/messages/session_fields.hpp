// The field tables of the session layer (SPEC 13.1, 14).
#pragma once

#include "protocol/messages/field.hpp"
#include "protocol/messages/session_messages.hpp"
#include "protocol/policy_words.hpp"

namespace mpac::protocol {

template <>
struct fields<implementation_info> {
  static constexpr auto table = std::tuple{
      optional("name", &implementation_info::name),
      optional("version", &implementation_info::version),
  };
};

template <>
struct fields<credential> {
  static constexpr auto table = std::tuple{
      required("type", &credential::type),
      required("value", &credential::value),
      optional("issuer", &credential::issuer),
      optional("expires_at", &credential::expires_at, {.date_time = true}),
  };
};

template <>
struct fields<backend> {
  static constexpr auto table = std::tuple{
      required("model_id", &backend::model_id),
      expected("provider", &backend::provider),
  };
};

template <>
struct fields<hello> {
  static constexpr auto table = std::tuple{
      expected("display_name", &hello::display_name), expected("roles", &hello::roles, {.words = words_of<role>}),
      expected("capabilities", &hello::capabilities), optional("implementation", &hello::implementation),
      optional("credential", &hello::credential),     optional("backend", &hello::backend),
  };
};

template <>
struct fields<session_info> {
  static constexpr auto table = std::tuple{
      required("session_id", &session_info::session_id),
      required("protocol_version", &session_info::protocol_version),
      required("security_profile", &session_info::security_profile, {.words = words_of<protocol::security_profile>}),
      required("compliance_profile", &session_info::compliance_profile,
               {.words = words_of<protocol::compliance_profile>}),
      required("watermark_kind", &session_info::watermark_kind),
      required("execution_model", &session_info::execution_model, {.words = words_of<protocol::execution_model>}),
      required("state_ref_format", &session_info::state_ref_format),
      optional("governance_policy", &session_info::governance_policy, {.shape = json_shape::object}),
      optional("liveness_policy", &session_info::liveness_policy, {.shape = json_shape::object}),
      optional("lifecycle_policy", &session_info::lifecycle_policy, {.shape = json_shape::object}),
      optional("participant_count", &session_info::participant_count),
      required("granted_roles", &session_info::granted_roles),
      optional("identity_verified", &session_info::identity_verified),
      optional("identity_method", &session_info::identity_method),
      optional("identity_issuer", &session_info::identity_issuer),
      optional("compatibility_errors", &session_info::compatibility_errors),
      optional("security_config", &session_info::security_config, {.shape = json_shape::object}),
      optional("role_policy", &session_info::role_policy, {.shape = json_shape::object}),
      optional("resource_registry", &session_info::resource_registry),
  };
};

template <>
struct fields<backend_health> {
  static constexpr auto table = std::tuple{
      required("model_id", &backend_health::model_id),
      required("provider_status", &backend_health::provider_status),
      optional("status_detail", &backend_health::status_detail, {.null_allowed = true}),
      expected("checked_at", &backend_health::checked_at, {.date_time = true}),
      optional("alternatives", &backend_health::alternatives, {.shape = json_shape::array}),
      optional("switched_from", &backend_health::switched_from),
      optional("switch_reason", &backend_health::switch_reason),
  };
};

template <>
struct fields<claim_answer> {
  static constexpr auto table = std::tuple{
      required("claim_id", &claim_answer::claim_id),
      required("decision", &claim_answer::decision),
      optional("reason", &claim_answer::reason),
  };
};

template <>
struct fields<key_rotation> {
  static constexpr auto table = std::tuple{
      required("fingerprint", &key_rotation::fingerprint),
      required("certificate_chain", &key_rotation::certificate_chain),
      optional("reason", &key_rotation::reason),
  };
};

template <>
struct fields<heartbeat_extensions> {
  static constexpr auto table = std::tuple{
      optional("mpac_cluster.claim_decision", &heartbeat_extensions::claim_decision),
      optional("key_rotation", &heartbeat_extensions::key_rotation),
  };
};

template <>
struct fields<heartbeat> {
  static constexpr auto table = std::tuple{
      required("status", &heartbeat::status),         optional("active_intent_id", &heartbeat::active_intent_id),
      optional("summary", &heartbeat::summary),       optional("backend_health", &heartbeat::backend_health),
      optional("extensions", &heartbeat::extensions),
  };
};

template <>
struct fields<goodbye> {
  static constexpr auto table = std::tuple{
      required("reason", &goodbye::reason),
      optional("active_intents", &goodbye::active_intents),
      optional("intent_disposition", &goodbye::intent_disposition),
  };
};

template <>
struct fields<session_summary> {
  static constexpr auto table = std::tuple{
      optional("total_intents", &session_summary::total_intents),
      optional("completed_intents", &session_summary::completed_intents),
      optional("expired_intents", &session_summary::expired_intents),
      optional("withdrawn_intents", &session_summary::withdrawn_intents),
      optional("total_operations", &session_summary::total_operations),
      optional("committed_operations", &session_summary::committed_operations),
      optional("rejected_operations", &session_summary::rejected_operations),
      optional("abandoned_operations", &session_summary::abandoned_operations),
      optional("total_conflicts", &session_summary::total_conflicts),
      optional("resolved_conflicts", &session_summary::resolved_conflicts),
      optional("total_participants", &session_summary::total_participants),
      optional("duration_sec", &session_summary::duration_sec),
  };
};

template <>
struct fields<session_close> {
  static constexpr auto table = std::tuple{
      required("reason", &session_close::reason),
      required("final_lamport_clock", &session_close::final_lamport_clock),
      optional("summary", &session_close::summary),
      optional("active_intents_disposition", &session_close::active_intents_disposition),
      optional("transcript_ref", &session_close::transcript_ref),
  };
};

template <>
struct fields<backend_detail> {
  static constexpr auto table = std::tuple{
      required("model_id", &backend_detail::model_id),
      required("provider_status", &backend_detail::provider_status),
      optional("status_detail", &backend_detail::status_detail, {.null_allowed = true}),
      optional("alternatives", &backend_detail::alternatives, {.shape = json_shape::array}),
  };
};

template <>
struct fields<coordinator_status> {
  static constexpr auto table = std::tuple{
      required("event", &coordinator_status::event),
      required("coordinator_id", &coordinator_status::coordinator_id),
      required("session_health", &coordinator_status::session_health),
      optional("active_participants", &coordinator_status::active_participants),
      optional("open_conflicts", &coordinator_status::open_conflicts),
      optional("snapshot_lamport_clock", &coordinator_status::snapshot_lamport_clock),
      optional("successor_coordinator_id", &coordinator_status::successor_coordinator_id),
      optional("next_coordinator_epoch", &coordinator_status::next_coordinator_epoch, {.at_least = 1}),
      optional("authorized_op_id", &coordinator_status::authorized_op_id),
      optional("authorized_batch_id", &coordinator_status::authorized_batch_id),
      optional("authorized_by", &coordinator_status::authorized_by),
      optional("affected_principal", &coordinator_status::affected_principal),
      optional("backend_detail", &coordinator_status::backend_detail),
  };
  static constexpr auto conditions = std::to_array<condition>({
      {"event", "handover", "successor_coordinator_id"},
      {"event", "handover", "next_coordinator_epoch"},
      {"event", "authorization", "authorized_op_id"},
      {"event", "authorization", "authorized_by"},
      {"event", "backend_alert", "affected_principal"},
      {"event", "backend_alert", "backend_detail"},
  });
};

} // namespace mpac::protocol
