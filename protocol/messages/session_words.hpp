// The words of the session layer (SPEC 14, 10.3): what each list says on the wire.
#pragma once

#include "protocol/word.hpp"

#include <array>

namespace mpac::protocol {

/// SPEC 14.3.
enum class participant_status { idle, working, blocked, awaiting_review, offline };

template <>
struct word_list<participant_status> {
  using enum participant_status;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<participant_status>>({
      {idle, "idle"},
      {working, "working"},
      {blocked, "blocked"},
      {awaiting_review, "awaiting_review"},
      {offline, "offline"},
  });
};

/// SPEC 14.3.1.
enum class provider_status { operational, degraded, down, unknown };

template <>
struct word_list<provider_status> {
  using enum provider_status;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<provider_status>>({
      {operational, "operational"},
      {degraded, "degraded"},
      {down, "down"},
      {unknown, "unknown"},
  });
};

/// SPEC 14.3.1.
enum class switch_reason { provider_down, provider_degraded, manual, cost_optimization };

template <>
struct word_list<switch_reason> {
  using enum switch_reason;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<switch_reason>>({
      {provider_down, "provider_down"},
      {provider_degraded, "provider_degraded"},
      {manual, "manual"},
      {cost_optimization, "cost_optimization"},
  });
};

/// SPEC 14.4. Existing clients send others, `completed` above all.
enum class goodbye_reason { user_exit, session_complete, error, timeout };

template <>
struct word_list<goodbye_reason> {
  using enum goodbye_reason;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<goodbye_reason>>({
      {user_exit, "user_exit"},
      {session_complete, "session_complete"},
      {error, "error"},
      {timeout, "timeout"},
  });
};

/// SPEC 14.4: what becomes of the intents of one who leaves.
enum class intent_disposition { withdraw, transfer, expire };

template <>
struct word_list<intent_disposition> {
  using enum intent_disposition;
  static constexpr bool acted_on = true;
  static constexpr auto words = std::to_array<listed_word<intent_disposition>>({
      {withdraw, "withdraw"},
      {transfer, "transfer"},
      {expire, "expire"},
  });
};

/// SPEC 14.5.
enum class close_reason { completed, timeout, policy, coordinator_shutdown, manual };

template <>
struct word_list<close_reason> {
  using enum close_reason;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<close_reason>>({
      {completed, "completed"},
      {timeout, "timeout"},
      {policy, "policy"},
      {coordinator_shutdown, "coordinator_shutdown"},
      {manual, "manual"},
  });
};

/// SPEC 14.5: what becomes of all intents.
enum class close_disposition { withdraw_all, expire_all };

template <>
struct word_list<close_disposition> {
  using enum close_disposition;
  static constexpr bool acted_on = true;
  static constexpr auto words = std::to_array<listed_word<close_disposition>>({
      {withdraw_all, "withdraw_all"},
      {expire_all, "expire_all"},
  });
};

/// SPEC 14.6.
enum class coordinator_event { heartbeat, recovered, handover, assumed, authorization, backend_alert };

template <>
struct word_list<coordinator_event> {
  using enum coordinator_event;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<coordinator_event>>({
      {heartbeat, "heartbeat"},
      {recovered, "recovered"},
      {handover, "handover"},
      {assumed, "assumed"},
      {authorization, "authorization"},
      {backend_alert, "backend_alert"},
  });
};

/// SPEC 14.6, O-020.
enum class session_health { healthy, degraded, recovering };

template <>
struct word_list<session_health> {
  using enum session_health;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<session_health>>({
      {healthy, "healthy"},
      {degraded, "degraded"},
      {recovering, "recovering"},
  });
};

/// SPEC 10.3. Existing clients ask for others, `participant` above all.
enum class role { observer, contributor, reviewer, owner, arbiter };

template <>
struct word_list<role> {
  using enum role;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<role>>({
      {observer, "observer"},
      {contributor, "contributor"},
      {reviewer, "reviewer"},
      {owner, "owner"},
      {arbiter, "arbiter"},
  });
};

} // namespace mpac::protocol
