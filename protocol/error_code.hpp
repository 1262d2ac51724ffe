// The error codes of PROTOCOL_ERROR (SPEC 22.1), and the one of our own.
#pragma once

#include "protocol/word.hpp"

namespace mpac::protocol {

enum class error_code {
  malformed_message,       ///< cannot be parsed, lacks a required field, or carries a value that is not allowed
  unknown_message_type,    ///< unknown type, and the session is strict
  invalid_reference,       ///< session, intent, operation or conflict does not exist, or the sender never said HELLO
  version_mismatch,        ///< not a version this hub speaks
  capability_unsupported,  ///< rests on something this hub can't read (SPEC 12.4, O-010)
  authorization_failed,    ///< the sender lacks authority, or speaks for somebody else
  participant_unavailable, ///< a participant was lost (SPEC 14.7.1)
  resolution_timeout,      ///< a conflict waited too long (SPEC 18.6.1)
  scope_frozen,            ///< the scope is frozen (SPEC 18.6.2)
  claim_conflict,          ///< somebody else claimed first (SPEC 14.7.4)
  coordinator_conflict,    ///< two coordinators in one session (SPEC 8.1.1.4)
  state_divergence,        ///< differs from the recovered state (SPEC 8.1.1.3)
  session_closed,          ///< the session has ended (SPEC 14.5)
  credential_rejected,     ///< the credential in HELLO failed (SPEC 23.1.4)
  replay_detected,         ///< seen before, or outside the time window (SPEC 23.1.2)
  resolution_conflict,     ///< the conflict is resolved already (SPEC 18.4)
  causal_gap,              ///< the sender may have missed messages (SPEC 12.8)
  intent_backoff,          ///< announced again too early (SPEC 15.3.1)
  stale_intent,            ///< the race lock holds the scope (SPEC 15.3.2)
  backend_switch_denied,   ///< the policy forbids the switch (SPEC 14.3.1)
  stale_state_ref,         ///< ours, as existing clients know it: state_ref_before is not the target's current state
  rate_limited,            ///< ours: over limits.messages_per_sec
  internal_error,          ///< ours: a mistake in the hub; nothing changed
  limit_reached,           ///< ours: a number in [limits] is reached
};

template <>
struct word_list<error_code> {
  using enum error_code;
  static constexpr bool acted_on = false;
  static constexpr std::array words{
      std::pair{malformed_message, std::string_view{"MALFORMED_MESSAGE"}},
      std::pair{unknown_message_type, std::string_view{"UNKNOWN_MESSAGE_TYPE"}},
      std::pair{invalid_reference, std::string_view{"INVALID_REFERENCE"}},
      std::pair{version_mismatch, std::string_view{"VERSION_MISMATCH"}},
      std::pair{capability_unsupported, std::string_view{"CAPABILITY_UNSUPPORTED"}},
      std::pair{authorization_failed, std::string_view{"AUTHORIZATION_FAILED"}},
      std::pair{participant_unavailable, std::string_view{"PARTICIPANT_UNAVAILABLE"}},
      std::pair{resolution_timeout, std::string_view{"RESOLUTION_TIMEOUT"}},
      std::pair{scope_frozen, std::string_view{"SCOPE_FROZEN"}},
      std::pair{claim_conflict, std::string_view{"CLAIM_CONFLICT"}},
      std::pair{coordinator_conflict, std::string_view{"COORDINATOR_CONFLICT"}},
      std::pair{state_divergence, std::string_view{"STATE_DIVERGENCE"}},
      std::pair{session_closed, std::string_view{"SESSION_CLOSED"}},
      std::pair{credential_rejected, std::string_view{"CREDENTIAL_REJECTED"}},
      std::pair{replay_detected, std::string_view{"REPLAY_DETECTED"}},
      std::pair{resolution_conflict, std::string_view{"RESOLUTION_CONFLICT"}},
      std::pair{causal_gap, std::string_view{"CAUSAL_GAP"}},
      std::pair{intent_backoff, std::string_view{"INTENT_BACKOFF"}},
      std::pair{stale_intent, std::string_view{"STALE_INTENT"}},
      std::pair{backend_switch_denied, std::string_view{"BACKEND_SWITCH_DENIED"}},
      std::pair{stale_state_ref, std::string_view{"STALE_STATE_REF"}},
      std::pair{rate_limited, std::string_view{"mpac_cluster.RATE_LIMITED"}},
      std::pair{internal_error, std::string_view{"mpac_cluster.INTERNAL_ERROR"}},
      std::pair{limit_reached, std::string_view{"mpac_cluster.LIMIT_REACHED"}},
  };
};

} // namespace mpac::protocol
