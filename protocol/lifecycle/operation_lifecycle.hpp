// The life of an operation, alone or as an entry of a batch (SPEC 16.6.1).
#pragma once

#include "protocol/lifecycle/transition_table.hpp"
#include "protocol/word.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace mpac::protocol {

//   (none) ------------------ committed at once -------------------.
//      |                                                           v        superseded
//      '- proposed --> PROPOSED ------- completed ------------> COMMITTED -------------> SUPERSEDED
//                      |  ^   \-------- rejected, intent ended ----------> REJECTED
//     intent suspended |  |    \------- sender unavailable --------------> ABANDONED
//                      v  | intent restored
//                     FROZEN ---------- rejected, intent ended ----------> REJECTED

enum class operation_state : std::uint8_t { none, proposed, frozen, committed, rejected, abandoned, superseded };

enum class operation_event : std::uint8_t {
  proposed,             ///< OP_PROPOSE
  declared,             ///< OP_COMMIT in `post_commit`: it has been done already
  requested,            ///< first OP_COMMIT in `pre_commit`
  authorised,           ///< the coordinator lets it be executed
  completed,            ///< second OP_COMMIT in `pre_commit`, once authorised
  rejected,             ///< OP_REJECT
  intent_terminated,    ///< the intent EXPIRED, WITHDRAWN, SUPERSEDED or TRANSFERRED (SPEC 15.7)
  intent_suspended,     ///< SPEC 14.7.2
  sender_unavailable,   ///< SPEC 14.7.3
  intent_restored,      ///< the intent is ACTIVE again
  superseded,           ///< OP_SUPERSEDE names it
  batch_declared,       ///< OP_BATCH_COMMIT in `post_commit`
  batch_requested,      ///< first OP_BATCH_COMMIT in `pre_commit`
  batch_completed,      ///< second OP_BATCH_COMMIT in `pre_commit`, all named entries authorised
  proposal_carried_out, ///< OP_COMMIT in `post_commit` of a proposal, same `op_id` and sender (O-106)
  reassociated          ///< OP_SUPERSEDE of the proposer within the grace of SPEC 15.7 (O-104)
};

template <>
struct word_list<operation_state> {
  static constexpr std::array words{
      std::pair{operation_state::proposed, std::string_view{"PROPOSED"}},
      std::pair{operation_state::frozen, std::string_view{"FROZEN"}},
      std::pair{operation_state::committed, std::string_view{"COMMITTED"}},
      std::pair{operation_state::rejected, std::string_view{"REJECTED"}},
      std::pair{operation_state::abandoned, std::string_view{"ABANDONED"}},
      std::pair{operation_state::superseded, std::string_view{"SUPERSEDED"}},
  };
  static constexpr bool acted_on = true;
};

/// SPEC 16.6.1, row by row, then what the specification leaves to us; everything else is refused (O-110).
inline constexpr auto operation_transitions = [] {
  using enum operation_state;
  using on = operation_event;
  // clang-format off
  return std::to_array<transition<operation_state, operation_event>>({
      {none,      on::proposed,             proposed,   "16.6.1-01"},
      {none,      on::declared,             committed,  "16.6.1-02"},
      {none,      on::requested,            proposed,   "16.6.1-03"},
      {proposed,  on::authorised,           proposed,   "16.6.1-04"},
      {proposed,  on::completed,            committed,  "16.6.1-05"},
      {proposed,  on::rejected,             rejected,   "16.6.1-06"},
      {proposed,  on::intent_terminated,    rejected,   "16.6.1-07"},
      {proposed,  on::intent_suspended,     frozen,     "16.6.1-08"},
      {proposed,  on::sender_unavailable,   abandoned,  "16.6.1-09"},
      {frozen,    on::intent_restored,      proposed,   "16.6.1-10"},
      {frozen,    on::intent_terminated,    rejected,   "16.6.1-11"},
      {committed, on::superseded,           superseded, "16.6.1-12"},
      {none,      on::batch_declared,       committed,  "16.6.1-13"},
      {none,      on::batch_requested,      proposed,   "16.6.1-14"},
      {proposed,  on::batch_completed,      committed,  "16.6.1-15"},
      {proposed,  on::proposal_carried_out, committed,  "O-106"},
      {proposed,  on::reassociated,         superseded, "O-104"},
      {frozen,    on::reassociated,         superseded, "O-104"},
      {frozen,    on::rejected,             rejected,   "O-110"},
      {frozen,    on::sender_unavailable,   abandoned,  "O-068"},
  });
  // clang-format on
}();

/// REJECTED, ABANDONED and SUPERSEDED are the end (16.6.1-16).
[[nodiscard]] constexpr bool is_terminal(operation_state state) noexcept {
  return state >= operation_state::rejected;
}

/// Settled: ended, or COMMITTED, which only supersession can change (16.6.1-17).
[[nodiscard]] constexpr bool is_settled(operation_state state) noexcept {
  return is_terminal(state) || state == operation_state::committed;
}

/// The state after an event, or nothing where it is refused.
[[nodiscard]] constexpr std::optional<operation_state> next(operation_state from, operation_event event) noexcept {
  return next_state(operation_transitions, from, event);
}

/// The wire's word for a state; empty for `none`.
[[nodiscard]] constexpr std::string_view to_string(operation_state state) noexcept {
  return to_word(state);
}

/// The state a word names, or nothing.
[[nodiscard]] constexpr std::optional<operation_state> operation_state_from_string(std::string_view word) noexcept {
  return from_word<operation_state>(word);
}

inline constexpr std::array all_operation_states{operation_state::proposed,  operation_state::frozen,
                                                 operation_state::committed, operation_state::rejected,
                                                 operation_state::abandoned, operation_state::superseded};

static_assert(no_row_twice(operation_transitions));
static_assert(nothing_leaves(operation_transitions, [](operation_state state) { return is_terminal(state); }));
static_assert(all_reachable(operation_transitions, all_operation_states, operation_state::none));

} // namespace mpac::protocol
