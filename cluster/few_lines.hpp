// Keeps the log readable while strangers try: a few lines a second, and how many were left out.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace mpac::cluster {

/// Thread-safe.
class few_lines {
public:
  /// Whether one more line may be written now; then how many were not since the last.
  [[nodiscard]] std::optional<std::size_t> admit(base::instant now) {
    const std::lock_guard lock(guard_);
    if (now - second_ >= std::chrono::seconds{1}) {
      second_ = now;
      written_ = 0;
    }
    if (written_ == most_in_a_second) {
      ++left_out_;
      return std::nullopt;
    }
    ++written_;
    return std::exchange(left_out_, 0);
  }

private:
  static constexpr std::size_t most_in_a_second = 10;
  std::mutex guard_;
  base::instant second_{};
  std::size_t written_ = 0, left_out_ = 0;
};

} // namespace mpac::cluster
