// The disk under a simulated hub: now and then it fails for a while, in one way or another, as a step says.
#pragma once

#include "tests/simulation/dice.hpp"
#include "tests/support/faulty_table.hpp"

#include <cstdint>

namespace mpac::tests {

class troubled_disk {
public:
  troubled_disk();
  troubled_disk(const troubled_disk&) = delete;
  troubled_disk& operator=(const troubled_disk&) = delete;

  [[nodiscard]] store::table_source source() { return disk_.source(); }
  [[nodiscard]] bool in_trouble() const noexcept { return steps_ != 0; }

  /// For some steps; which way, and how long, the number says.
  void begin_trouble(std::uint32_t choices);
  /// Another step is over.
  void go_on() noexcept { steps_ -= steps_ != 0; }
  void heal() noexcept { steps_ = 0; }
  /// From now on chance follows from this.
  void choose(std::uint32_t choices) { chance_ = dice(choices); }

  /// Without power some beginning of what is not synced survives.
  void lose_power();
  void lose_process() noexcept { disk_.lose_process(); }
  [[nodiscard]] faulty_disk& itself() noexcept { return disk_; }

private:
  enum class trouble : std::uint8_t { everything, writing, now_and_then, reading, opening };
  [[nodiscard]] disk_outcome outcome_of(disk_call what);

  faulty_disk disk_;
  dice chance_{0};
  trouble kind_ = trouble::everything;
  std::uint32_t steps_ = 0;
};

} // namespace mpac::tests
