// The running totals of a session (SPEC 9.6.2).
#pragma once

#include <cstdint>

namespace mpac::protocol {

/// From the session's first day.
struct session_totals {
  std::int64_t intents = 0, completed_intents = 0, expired_intents = 0, withdrawn_intents = 0;
  std::int64_t operations = 0, committed_operations = 0, rejected_operations = 0, abandoned_operations = 0;
  std::int64_t conflicts = 0, resolved_conflicts = 0;
  std::int64_t participants = 0; ///< who comes back after having been forgotten counts anew
};

} // namespace mpac::protocol
