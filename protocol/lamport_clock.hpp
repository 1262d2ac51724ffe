// The Lamport clock of a session or a client (SPEC 12.7).
#pragma once

#include "base/result.hpp"
#include "protocol/watermark.hpp"

#include <cstdint>
#include <optional>

namespace mpac::protocol {

/// Why a received value was not taken over; the clock stays as it was. Both are MALFORMED_MESSAGE on the wire.
enum class clock_refusal : std::uint8_t {
  beyond_limit, ///< the clock would have to pass `largest_counter`, O-007
  too_far_ahead ///< more than the permitted step above the clock, O-013; past 2^52 a shorter one is permitted
};

/// A counter that rises with every message sent and received. A plain value: copying it takes a snapshot (12.7 rule 5).
class lamport_clock {
public:
  /// How far above the clock a received value may be (O-013).
  static constexpr std::uint64_t default_step = std::uint64_t{1} << 32;
  /// The same in the verified profile, above what a sender can have observed (SPEC 23.3).
  static constexpr std::uint64_t verified_step = 4096;

  /// Starts at 0 (rule 1).
  explicit lamport_clock(std::uint64_t longest_step = default_step) noexcept : longest_step_(longest_step) {}

  /// The counter now: what a snapshot holds as `lamport_clock` (rule 5).
  [[nodiscard]] std::uint64_t value() const noexcept { return value_; }

  /// Rule 2: one up; the result goes on the message about to be sent.
  /// Throws std::overflow_error at `largest_counter`, which no honest session reaches.
  std::uint64_t next();

  /// Rule 3: max(counter, received) + 1. A message without a Lamport value counts as 0 (O-011).
  /// Returns the counter, or why the value is refused.
  base::result<std::uint64_t, clock_refusal> receive(std::optional<std::uint64_t> received);

  /// Rule 5 on recovery: takes the counter of a snapshot. Throws std::overflow_error beyond `largest_counter`.
  void restore(std::uint64_t snapshot_value);

  /// Rule 5 on recovery: the receive rule for one replayed log entry, whose step was judged when it first came.
  /// Throws std::overflow_error beyond `largest_counter`.
  void replay(std::uint64_t logged_value);

  friend bool operator==(const lamport_clock&, const lamport_clock&) = default;

private:
  std::uint64_t value_ = 0;
  std::uint64_t longest_step_;
};

/// The last Lamport value of one sender incarnation, whose values must rise strictly (SPEC 12.7 rule 6).
class lamport_frontier {
public:
  /// True, and remembered, when `value` is above all before it. False: a possible replay or reordering.
  [[nodiscard]] bool advance(std::uint64_t value) noexcept;

  [[nodiscard]] std::optional<std::uint64_t> last() const noexcept { return last_; }

  friend bool operator==(const lamport_frontier&, const lamport_frontier&) = default;

private:
  std::optional<std::uint64_t> last_;
};

} // namespace mpac::protocol
