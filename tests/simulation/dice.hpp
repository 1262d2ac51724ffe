// Random numbers that are the same on every machine: a seed is a whole simulation.
#pragma once

#include <cstdint>

namespace mpac::tests {

/// Splitmix64. A plain value.
class dice {
public:
  explicit dice(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t roll() noexcept {
    state_ += 0x9e3779b97f4a7c15;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// One of 0 … `sides` - 1.
  std::uint32_t roll(std::uint32_t sides) noexcept { return static_cast<std::uint32_t>((roll() >> 32) % sides); }

private:
  std::uint64_t state_;
};

} // namespace mpac::tests
