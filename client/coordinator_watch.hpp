// Deadlines of a participant towards its coordinator: its own heartbeats (SPEC 14.3), and how long the coordinator may
// be silent (SPEC 8.1.1.1).
#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <utility>

namespace mpac::client {

/// A value; whoever keeps it hands in the time.
class coordinator_watch {
public:
  /// SESSION_INFO has come, with the session's heartbeat interval.
  void begin(base::duration interval, base::instant now) noexcept {
    interval_ = std::max(interval, base::duration{std::chrono::milliseconds{10}});
    heard_ = said_ = anything_ = now;
    is_silent_ = false;
  }
  /// The connection is gone; silence is counted on.
  void pause() noexcept { said_ = base::never; }

  /// Anything was heard.
  void hear_anything(base::instant now) noexcept { anything_ = now; }
  /// COORDINATOR_STATUS was heard; true if the coordinator had been silent.
  bool hear(base::instant now) noexcept {
    heard_ = now;
    return std::exchange(is_silent_, false);
  }
  void heartbeat_sent(base::instant now) noexcept { said_ = now; }

  [[nodiscard]] base::instant next_heartbeat() const noexcept {
    return said_ == base::never || interval_ == base::duration{} ? base::never : said_ + interval_;
  }
  /// When the silence is one of more than two intervals; `never` once it is.
  [[nodiscard]] base::instant silent_at() const noexcept {
    return is_silent_ || interval_ == base::duration{} ? base::never : heard_ + 2 * interval_;
  }
  /// When a silent coordinator's connection is as good as dead: nobody's words have come over it either.
  [[nodiscard]] base::instant dead_at() const noexcept {
    return is_silent_ ? std::max(heard_, anything_) + 2 * interval_ : base::never;
  }
  /// True when it becomes silent now.
  bool look(base::instant now) noexcept {
    if (now < silent_at())
      return false;
    is_silent_ = true;
    return true;
  }
  [[nodiscard]] bool is_silent() const noexcept { return is_silent_; }

private:
  base::duration interval_{}; // zero: nothing is known of the session
  base::instant heard_{}, anything_{}, said_ = base::never;
  bool is_silent_ = false;
};

} // namespace mpac::client
