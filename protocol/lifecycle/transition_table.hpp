// Life as a table: rows of state, event and next state, with what is proven of them at compile time
// (SPEC 15.6, 16.6, 17.8).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace mpac::protocol {

/// One row of a transition table.
template <class State, class Event>
struct transition {
  State from;
  Event event;
  State to;
  std::string_view row; ///< the requirement it comes from; `O-…` marks rows the specification leaves to us
};

/// The row for a state and an event, or null: then the transition is refused (SPEC 15.6.1).
template <class State, class Event, std::size_t N>
[[nodiscard]] constexpr const transition<State, Event>* find_row(const std::array<transition<State, Event>, N>& rows,
                                                                 State from, Event event) noexcept {
  for (const auto& row : rows)
    if (row.from == from && row.event == event)
      return &row;
  return nullptr;
}

/// The state after an event, or nothing where the table has no row.
template <class State, class Event, std::size_t N>
[[nodiscard]] constexpr std::optional<State> next_state(const std::array<transition<State, Event>, N>& rows, State from,
                                                        Event event) noexcept {
  const auto* row = find_row(rows, from, event);
  return row ? std::optional<State>(row->to) : std::nullopt;
}

/// Proof: no state has two rows for one event.
template <class State, class Event, std::size_t N>
[[nodiscard]] constexpr bool no_row_twice(const std::array<transition<State, Event>, N>& rows) noexcept {
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = i + 1; j < N; ++j)
      if (rows[i].from == rows[j].from && rows[i].event == rows[j].event)
        return false;
  return true;
}

/// Proof: no row leaves a state for which `ends` is true.
template <class State, class Event, std::size_t N, class Ends>
[[nodiscard]] constexpr bool nothing_leaves(const std::array<transition<State, Event>, N>& rows, Ends ends) noexcept {
  return std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return ends(row.from); });
}

/// Proof: every one of `states` is reached from `start`.
template <class State, class Event, std::size_t N, std::size_t M>
[[nodiscard]] constexpr bool all_reachable(const std::array<transition<State, Event>, N>& rows,
                                           const std::array<State, M>& states, State start) noexcept {
  std::array<bool, M> reached{};
  for (std::size_t round = 0; round < M; ++round)
    for (const auto& row : rows)
      for (std::size_t from = 0; from < M; ++from)
        if (row.from == start || (states[from] == row.from && reached[from]))
          for (std::size_t to = 0; to < M; ++to)
            reached[to] = reached[to] || states[to] == row.to;
  return std::all_of(reached.begin(), reached.end(), [](bool is_reached) { return is_reached; });
}

} // namespace mpac::protocol
