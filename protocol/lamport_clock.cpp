#include "protocol/lamport_clock.hpp"

#include <algorithm>
#include <stdexcept>

namespace mpac::protocol {

namespace {

void must_be_within_limit(bool is_within) {
  if (!is_within)
    throw std::overflow_error("a Lamport clock would pass 2^53-1");
}

// One message may raise the clock by 2^32 (O-013), so that who comes back to a session that has begun anew is not shut
// out. But 2^21 such messages, minutes of a flood, would bring it to 2^53-1, where nobody can say anything any more.
// So far leaps end half way: above it only what is near is taken, and a flood would have to go on for months. Whoever
// follows the session's clock is never far from it: not above it by more than the messages he has under way.
constexpr std::uint64_t half_way = (largest_counter >> 1) + 1; // 2^52
constexpr std::uint64_t longest_step_above = std::uint64_t{1} << 16;

} // namespace

std::uint64_t lamport_clock::next() {
  must_be_within_limit(value_ < largest_counter);
  return ++value_;
}

base::result<std::uint64_t, clock_refusal> lamport_clock::receive(std::optional<std::uint64_t> received) {
  const auto seen = std::max(value_, received.value_or(0));
  if (seen >= largest_counter)
    return clock_refusal::beyond_limit;
  const bool leaps_above = seen > half_way && longest_step_ <= default_step;
  if (seen - value_ > (leaps_above ? std::min(longest_step_, longest_step_above) : longest_step_))
    return clock_refusal::too_far_ahead;
  value_ = seen + 1;
  return value_;
}

void lamport_clock::restore(std::uint64_t snapshot_value) {
  must_be_within_limit(snapshot_value <= largest_counter);
  value_ = snapshot_value;
}

void lamport_clock::replay(std::uint64_t logged_value) {
  const auto seen = std::max(value_, logged_value);
  must_be_within_limit(seen < largest_counter);
  value_ = seen + 1;
}

bool lamport_frontier::advance(std::uint64_t value) noexcept {
  if (last_ && value <= *last_)
    return false;
  last_ = value;
  return true;
}

} // namespace mpac::protocol
