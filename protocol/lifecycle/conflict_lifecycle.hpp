// The life of a conflict (SPEC 17.8.1).
#pragma once

#include "protocol/lifecycle/transition_table.hpp"
#include "protocol/word.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace mpac::protocol {

//   (none) - reported -> OPEN ----- acknowledged ----> ACKED
//                          \                          /
//                           '----> escalated <-------'      (to ESCALATED)
//   each of these three:  resolved -> RESOLVED - archived -> CLOSED
//                         entities terminated -> DISMISSED
//                         phase 3 -> CLOSED

enum class conflict_state : std::uint8_t { none, open, acked, escalated, resolved, closed, dismissed };

enum class conflict_event : std::uint8_t {
  reported,            ///< CONFLICT_REPORT
  acknowledged,        ///< CONFLICT_ACK `seen` or `accepted`; `disputed` and later ones are only recorded (O-117)
  escalated,           ///< CONFLICT_ESCALATE
  resolved,            ///< RESOLUTION by who has authority in this phase, `dismissed` too (O-122)
  entities_terminated, ///< all related intents and operations have ended (SPEC 17.9)
  phase_3_fallback,    ///< the frozen scope's last resort (SPEC 18.6.2.1)
  archived             ///< the resolution has been processed
};

template <>
struct word_list<conflict_state> {
  static constexpr std::array words{
      std::pair{conflict_state::open, std::string_view{"OPEN"}},
      std::pair{conflict_state::acked, std::string_view{"ACKED"}},
      std::pair{conflict_state::escalated, std::string_view{"ESCALATED"}},
      std::pair{conflict_state::resolved, std::string_view{"RESOLVED"}},
      std::pair{conflict_state::closed, std::string_view{"CLOSED"}},
      std::pair{conflict_state::dismissed, std::string_view{"DISMISSED"}},
  };
  static constexpr bool acted_on = true;
};

/// SPEC 17.8.1, row by row, then what the specification leaves to us; everything else is refused.
inline constexpr auto conflict_transitions = [] {
  using enum conflict_state;
  using on = conflict_event;
  // clang-format off
  return std::to_array<transition<conflict_state, conflict_event>>({
      {none,      on::reported,            open,      "17.8.1-01"},
      {open,      on::acknowledged,        acked,     "17.8.1-02"},
      {open,      on::escalated,           escalated, "17.8.1-03"},
      {open,      on::resolved,            resolved,  "17.8.1-04"},
      {open,      on::entities_terminated, dismissed, "17.8.1-05"},
      {open,      on::phase_3_fallback,    closed,    "17.8.1-06"},
      {acked,     on::escalated,           escalated, "17.8.1-07"},
      {acked,     on::resolved,            resolved,  "17.8.1-08"},
      {acked,     on::entities_terminated, dismissed, "17.8.1-09"},
      {escalated, on::resolved,            resolved,  "17.8.1-10"},
      {escalated, on::entities_terminated, dismissed, "17.8.1-11"},
      {resolved,  on::archived,            closed,    "17.8.1-12"},
      {acked,     on::phase_3_fallback,    closed,    "O-121"},
      {escalated, on::phase_3_fallback,    closed,    "O-121"},
  });
  // clang-format on
}();

/// CLOSED and DISMISSED are the end (17.8.1-13).
[[nodiscard]] constexpr bool is_terminal(conflict_state state) noexcept {
  return state >= conflict_state::closed;
}

/// Settled: nobody needs to decide any more.
[[nodiscard]] constexpr bool is_settled(conflict_state state) noexcept {
  return state >= conflict_state::resolved;
}

/// The state after an event, or nothing where it is refused.
[[nodiscard]] constexpr std::optional<conflict_state> next(conflict_state from, conflict_event event) noexcept {
  return next_state(conflict_transitions, from, event);
}

/// The wire's word for a state; empty for `none`.
[[nodiscard]] constexpr std::string_view to_string(conflict_state state) noexcept {
  return to_word(state);
}

/// The state a word names, or nothing.
[[nodiscard]] constexpr std::optional<conflict_state> conflict_state_from_string(std::string_view word) noexcept {
  return from_word<conflict_state>(word);
}

inline constexpr std::array all_conflict_states{conflict_state::open,      conflict_state::acked,
                                                conflict_state::escalated, conflict_state::resolved,
                                                conflict_state::closed,    conflict_state::dismissed};

static_assert(no_row_twice(conflict_transitions));
static_assert(nothing_leaves(conflict_transitions, [](conflict_state state) { return is_terminal(state); }));
static_assert(all_reachable(conflict_transitions, all_conflict_states, conflict_state::none));

} // namespace mpac::protocol
