// How long to wait before a connection is tried again: longer each time, and never all at once.
#pragma once

#include "client/options.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

namespace mpac::client {

/// A value; chance is handed in.
class reconnect_backoff {
public:
  explicit reconnect_backoff(reconnect_options how) : how_(how) {}

  /// The wait before the next attempt, at least `asked_for` by the hub up to `longest_asked`; nothing when it is to be
  /// given up. `chance` is from 0 to 1: how much of the spread is taken off.
  [[nodiscard]] std::optional<base::duration> next(double chance, base::duration asked_for = {}) {
    if (!how_.is_on || (how_.attempts != 0 && failures_ >= how_.attempts))
      return std::nullopt;
    constexpr std::uint32_t enough = 30; // doublings: further ones change nothing
    const auto wait =
        std::min(static_cast<double>(how_.longest.count()),
                 std::ldexp(static_cast<double>(how_.first.count()), static_cast<int>(std::min(failures_, enough))));
    ++failures_;
    const base::duration spread{static_cast<std::int64_t>(wait * (1 - how_.spread * chance))};
    return std::max(spread, std::min(asked_for, how_.longest_asked));
  }
  void succeeded() noexcept { failures_ = 0; }
  /// Attempts in a row without success.
  [[nodiscard]] std::uint32_t failures() const noexcept { return failures_; }

private:
  reconnect_options how_;
  std::uint32_t failures_ = 0;
};

} // namespace mpac::client
