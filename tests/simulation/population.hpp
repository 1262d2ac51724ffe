// The people of a simulation: well-behaved, careless and hostile ones, and what each says at a step.
#pragma once

#include "tests/simulation/script.hpp"
#include "tests/simulation/shadow.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace mpac::tests {

/// How somebody behaves. The first of a session is well-behaved and has authority, the last hostile.
enum class manner : std::uint8_t { good, careless, hostile };

struct person {
  std::string name, instance, session;
  manner how = manner::good;
  std::uint64_t lamport = 0;
  std::uint64_t heard = 0; ///< the coordinator's highest value
  int incarnation = 1;
};

/// A message to be sent.
struct utterance {
  std::string text;
  std::uint64_t number = 0;
  bool needs_answer = false; ///< it will be judged, and whoever sent it hears of that
};

/// Which session a line leads to, and who sits there.
[[nodiscard]] constexpr std::size_t session_of(std::size_t line) {
  return line % sessions;
}
[[nodiscard]] constexpr std::size_t seat_of(std::size_t line) {
  return line / sessions % people_of_a_session;
}

class population {
public:
  population();

  /// What the person at a line says at a step. `heard` is the highest Lamport value that came out there.
  utterance say(const step& now, const session_shadow& about, std::uint64_t heard);

  [[nodiscard]] person& at(std::size_t line) { return people_[session_of(line)][seat_of(line)]; }

private:
  std::array<std::array<person, people_of_a_session>, sessions> people_;
  std::uint64_t messages_ = 0;
};

} // namespace mpac::tests
