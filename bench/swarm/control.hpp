// How the conductor and the crews, each on a thread of its own, keep together.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace mpac::bench::swarm {

/// The parts of a run, in order.
enum class phase : int {
  joining,   ///< connections are made, HELLOs answered
  filling,   ///< the kept intents are announced
  warming,   ///< load, not yet counted
  measuring, ///< load, counted
  draining,  ///< no new tasks; what is on its way arrives
  leaving    ///< connections end
};

/// What a crew tells of itself, once a turn. Written by the crew's thread only.
struct progress {
  std::atomic<std::uint64_t> joined{0};
  std::atomic<std::uint64_t> lost{0};       ///< connections that failed or were ended by the other side
  std::atomic<std::uint64_t> requests{0};   ///< answered since the start
  std::atomic<std::uint64_t> deliveries{0}; ///< received since the start
  std::atomic<std::uint64_t> refused{0};
  std::atomic<phase> phase_seen{phase::joining};
  std::atomic<bool> quiet{false};   ///< no task and no answer is outstanding
  std::atomic<bool> settled{false}; ///< quiet, and everybody has seen all of its session's messages
};

/// The conductor sets the phase; crews wake it when something it may wait for has come true.
class control {
public:
  [[nodiscard]] phase now() const noexcept { return phase_.load(std::memory_order_acquire); }
  void set(phase p) noexcept { phase_.store(p, std::memory_order_release); }

  void wake() {
    { const std::lock_guard lock(mutex_); }
    changed_.notify_one();
  }

  /// Waits until `reached` holds or `deadline` has passed; returns whether it holds.
  template <class Predicate>
  bool wait(std::chrono::steady_clock::time_point deadline, Predicate reached) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, reached);
  }

private:
  std::atomic<phase> phase_{phase::joining};
  std::mutex mutex_;
  std::condition_variable changed_;
};

} // namespace mpac::bench::swarm
