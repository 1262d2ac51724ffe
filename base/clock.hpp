// The instants and durations the whole house counts in.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace mpac::base {

/// A span of time; configuration and wire give seconds with fractions, inside everything is microseconds.
using duration = std::chrono::microseconds;

/// A point in time, UTC. The rules never ask for it: whoever calls them hands it in.
using instant = std::chrono::sys_time<duration>;

/// Far enough to mean "never" and still safe to add a duration to.
inline constexpr instant never = instant{std::chrono::seconds{253'402'300'800}}; // year 10000

/// Seconds as the wire writes them, to a duration. Caps at a hundred years so that sums never overflow.
constexpr duration from_seconds(double seconds) {
  constexpr double cap = 100.0 * 365 * 24 * 3600;
  if (!(seconds > 0))
    return duration::zero();
  return duration{static_cast<std::int64_t>((seconds < cap ? seconds : cap) * 1e6)};
}

constexpr double to_seconds(duration span) {
  return static_cast<double>(span.count()) / 1e6;
}

/// RFC 3339 in UTC with `Z` and exactly six fraction digits, the only form existing clients parse everywhere.
std::string to_rfc3339(instant when);

/// Wall-clock time that never steps back: the wall clock as it was at process start plus monotonic time since.
/// Thread-safe.
instant now();

/// The same for a reading of the monotonic clock, which tests may have made up.
instant at(std::chrono::steady_clock::time_point reading);

} // namespace mpac::base
