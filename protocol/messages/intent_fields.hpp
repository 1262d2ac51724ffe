// The field tables of the intent layer (SPEC 13.1, 15, 14.7.4).
#pragma once

#include "protocol/messages/field.hpp"
#include "protocol/messages/intent_messages.hpp"
#include "protocol/messages/object_fields.hpp"

namespace mpac::protocol {

template <>
struct fields<intent_announce> {
  static constexpr auto table = std::tuple{
      required("intent_id", &intent_announce::intent_id),
      required("objective", &intent_announce::objective),
      required("scope", &intent_announce::scope),
      optional("assumptions", &intent_announce::assumptions),
      optional("priority", &intent_announce::priority),
      optional("ttl_sec", &intent_announce::ttl_sec, {.above_zero = true}),
      optional("parent_intent_id", &intent_announce::parent_intent_id),
      optional("supersedes_intent_id", &intent_announce::supersedes_intent_id),
  };
};

template <>
struct fields<intent_update> {
  static constexpr auto table = std::tuple{
      required("intent_id", &intent_update::intent_id),
      optional("objective", &intent_update::objective),
      optional("scope", &intent_update::scope, {.never_null = true}),
      optional("assumptions", &intent_update::assumptions),
      optional("ttl_sec", &intent_update::ttl_sec, {.above_zero = true}),
  };
};

template <>
struct fields<intent_withdraw> {
  static constexpr auto table = std::tuple{
      required("intent_id", &intent_withdraw::intent_id),
      optional("reason", &intent_withdraw::reason),
  };
};

template <>
struct fields<intent_deferred> {
  static constexpr auto table = std::tuple{
      required("deferral_id", &intent_deferred::deferral_id),
      optional("principal_id", &intent_deferred::principal_id),
      optional("scope", &intent_deferred::scope, {.never_null = true}),
      optional("reason", &intent_deferred::reason),
      optional("observed_intent_ids", &intent_deferred::observed_intent_ids),
      optional("observed_principals", &intent_deferred::observed_principals),
      optional("ttl_sec", &intent_deferred::ttl_sec, {.above_zero = true}),
      optional("expires_at", &intent_deferred::expires_at, {.date_time = true}),
      optional("status", &intent_deferred::status),
      optional("category", &intent_deferred::category),
  };
  /// The active form says what would have been claimed, the resolution form who had deferred (O-022).
  static std::optional<mistake> strict_problems(const intent_deferred& deferral) {
    if (!deferral.status && !deferral.scope)
      return mistake{"scope", "missing, as there is no status"};
    if (deferral.status && !deferral.principal_id)
      return mistake{"principal_id", "missing, as there is a status"};
    return std::nullopt;
  }
};

template <>
struct fields<intent_claim> {
  static constexpr auto table = std::tuple{
      required("claim_id", &intent_claim::claim_id),
      required("original_intent_id", &intent_claim::original_intent_id),
      required("original_principal_id", &intent_claim::original_principal_id),
      required("new_intent_id", &intent_claim::new_intent_id),
      required("objective", &intent_claim::objective),
      required("scope", &intent_claim::scope),
      optional("justification", &intent_claim::justification),
  };
};

template <>
struct fields<intent_claim_status> {
  static constexpr auto table = std::tuple{
      required("claim_id", &intent_claim_status::claim_id),
      required("original_intent_id", &intent_claim_status::original_intent_id),
      optional("new_intent_id", &intent_claim_status::new_intent_id),
      required("decision", &intent_claim_status::decision),
      optional("reason", &intent_claim_status::reason),
      optional("approved_by", &intent_claim_status::approved_by),
  };
  static constexpr auto conditions = std::to_array<condition>({
      {"decision", "approved", "new_intent_id"},
      {"decision", "rejected", "reason"},
      {"decision", "withdrawn", "reason"},
  });
};

} // namespace mpac::protocol
