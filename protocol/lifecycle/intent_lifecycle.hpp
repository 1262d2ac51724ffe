// The life of an intent (SPEC 15.6.1).
#pragma once

#include "protocol/lifecycle/transition_table.hpp"
#include "protocol/word.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace mpac::protocol {

//            announced                    ttl over
//   (none) -----------> ACTIVE -----------------------------> EXPIRED
//                       |  ^  \------ withdrawn ------------> WITHDRAWN
//   owner unavailable,  |  |   \----- superseded -----------> SUPERSEDED
//   left to transfer    v  | owner returned
//                     SUSPENDED ----- claim approved -------> TRANSFERRED
//                          \--------- ttl over -------------> EXPIRED

enum class intent_state : std::uint8_t { none, active, suspended, withdrawn, expired, superseded, transferred };

enum class intent_event : std::uint8_t {
  announced,              ///< INTENT_ANNOUNCE
  updated,                ///< INTENT_UPDATE by its owner
  withdrawn,              ///< INTENT_WITHDRAW by its owner
  ttl_over,               ///< by the coordinator's clock
  superseded,             ///< INTENT_ANNOUNCE of the owner naming it, or of the same scope (15.3.2-08)
  owner_unavailable,      ///< SPEC 14.7.1, or backend trouble (14.3.1)
  owner_left_to_transfer, ///< GOODBYE with disposition `transfer`
  owner_returned,         ///< HELLO or a sign of life again
  claim_approved,         ///< INTENT_CLAIM_STATUS `approved`
  resolution_rejected     ///< a RESOLUTION lists it in `outcome.rejected` (O-083)
};

template <>
struct word_list<intent_state> {
  static constexpr std::array words{
      std::pair{intent_state::active, std::string_view{"ACTIVE"}},
      std::pair{intent_state::suspended, std::string_view{"SUSPENDED"}},
      std::pair{intent_state::withdrawn, std::string_view{"WITHDRAWN"}},
      std::pair{intent_state::expired, std::string_view{"EXPIRED"}},
      std::pair{intent_state::superseded, std::string_view{"SUPERSEDED"}},
      std::pair{intent_state::transferred, std::string_view{"TRANSFERRED"}},
  };
  static constexpr bool acted_on = true;
};

/// SPEC 15.6.1, row by row, then what the specification leaves to us; everything else is refused (15.6.1-11).
inline constexpr auto intent_transitions = [] {
  using enum intent_state;
  using on = intent_event;
  // clang-format off
  return std::to_array<transition<intent_state, intent_event>>({
      {none,      on::announced,              active,      "15.6.1-01"},
      {active,    on::updated,                active,      "15.6.1-02"},
      {active,    on::withdrawn,              withdrawn,   "15.6.1-03"},
      {active,    on::ttl_over,               expired,     "15.6.1-04"},
      {active,    on::superseded,             superseded,  "15.6.1-05"},
      {active,    on::owner_unavailable,      suspended,   "15.6.1-06"},
      {active,    on::owner_left_to_transfer, suspended,   "15.6.1-07"},
      {suspended, on::owner_returned,         active,      "15.6.1-08"},
      {suspended, on::claim_approved,         transferred, "15.6.1-09"},
      {suspended, on::ttl_over,               expired,     "15.6.1-10"},
      {active,    on::resolution_rejected,    withdrawn,   "O-083"},
      {suspended, on::resolution_rejected,    withdrawn,   "O-083"},
  });
  // clang-format on
}();

/// WITHDRAWN, EXPIRED, SUPERSEDED and TRANSFERRED are the end (15.6.1-12).
[[nodiscard]] constexpr bool is_terminal(intent_state state) noexcept {
  return state >= intent_state::withdrawn;
}

/// The state after an event, or nothing where it is refused.
[[nodiscard]] constexpr std::optional<intent_state> next(intent_state from, intent_event event) noexcept {
  return next_state(intent_transitions, from, event);
}

/// The wire's word for a state; empty for `none`.
[[nodiscard]] constexpr std::string_view to_string(intent_state state) noexcept {
  return to_word(state);
}

/// The state a word names, or nothing.
[[nodiscard]] constexpr std::optional<intent_state> intent_state_from_string(std::string_view word) noexcept {
  return from_word<intent_state>(word);
}

inline constexpr std::array all_intent_states{intent_state::active,     intent_state::suspended,
                                              intent_state::withdrawn,  intent_state::expired,
                                              intent_state::superseded, intent_state::transferred};

static_assert(no_row_twice(intent_transitions));
static_assert(nothing_leaves(intent_transitions, [](intent_state state) { return is_terminal(state); }));
static_assert(all_reachable(intent_transitions, all_intent_states, intent_state::none));

} // namespace mpac::protocol
