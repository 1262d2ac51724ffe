// What happens in a simulation, step by step: plain data made from a seed, so that steps can be taken away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tests {

/// What one step does. The words are what a printed script shows.
enum class deed : std::uint8_t {
  // what people say
  hello,
  heartbeat,
  goodbye,
  announce,
  update,
  withdraw,
  supersede_intent,
  defer,
  claim,
  propose,
  commit,
  batch,
  reject,
  supersede,
  report,
  ack,
  escalate,
  resolve,
  error,
  unknown_type,
  coordinators_own,
  // what connections do
  connect,
  disconnect,
  pong,
  sideband,
  duplicate,
  garbage,
  // what the world does
  wait_a_little,
  wait,
  wait_long,
  change_policy,
  close_session,
  engine_fails,
  // what becomes of the hub and its disk; nothing where all is in memory
  power_fails,
  hub_killed,
  hub_restarts,
  session_fails,
  disk_fails,
  disk_is_slow
};
inline constexpr std::size_t deeds = static_cast<std::size_t>(deed::disk_is_slow) + 1;

[[nodiscard]] std::string_view name(deed what);

/// One step. Its numbers mean what the world makes of them when it comes to it (which of the open conflicts, say), so a
/// step stands for itself and makes sense in whatever script it stands.
struct step {
  deed what = deed::hello;
  std::uint8_t line = 0;     ///< whose connection
  std::uint32_t choices = 0; ///< what is chosen where there is a choice
  std::uint32_t order = 0;   ///< in which order actors get their turn afterwards
};

inline constexpr std::size_t sessions = 3;
inline constexpr std::size_t people_of_a_session = 4;
/// Everybody has a connection, and two people of each session a second one to take over from.
inline constexpr std::size_t lines = sessions * (people_of_a_session + 2);

/// The script of a seed.
[[nodiscard]] std::vector<step> script_of(std::uint64_t seed, std::size_t steps);

} // namespace mpac::tests
