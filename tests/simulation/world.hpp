// The world of a simulation: the real registry, sessions, participants, conflicts and journal under virtual time, and
// the connections of a population.
#pragma once

#include "tests/simulation/population.hpp"
#include "tests/simulation/script.hpp"
#include "tests/simulation/tally.hpp"
#include "tests/simulation/violation.hpp"

#include <cstdint>
#include <memory>

namespace mpac::tests {

/// A seed's own house and people. Everything runs on the calling thread; the same seed and steps do the same.
class world {
public:
  explicit world(std::uint64_t seed);
  ~world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  /// Does one step; then actors get some turns or, mostly, all they want, in an order the step decides.
  void act(const step& now);
  /// Lets everybody fall silent and all clocks run out, and checks what is left.
  void end();

  /// What went wrong, if anything did.
  [[nodiscard]] const violation& amiss() const;

  struct figures {
    std::uint64_t decisions = 0, refusals = 0, turns = 0, frames = 0;
  };
  [[nodiscard]] figures counted() const;
  [[nodiscard]] const tally& counts() const;

private:
  struct machinery;
  std::unique_ptr<machinery> at_;
};

} // namespace mpac::tests
