// The I/O threads: one loop each, and the two things that happen once a turn.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace mpac::net {

/// Work that a loop does once in each turn, after all ready handlers have run and before frames are flushed.
/// The actor scheduler hooks in here, so that actors run on the thread that read their messages.
class turn_work {
public:
  virtual ~turn_work() = default;
  /// Does a bounded amount of work; returns true when more is waiting, and the loop then does not sleep.
  virtual bool turn(std::size_t loop) = 0;
  /// Called on each loop's thread before its first turn.
  virtual void entered(std::size_t loop) = 0;
};

/// `count` threads, each with an io_context of its own. A connection never leaves its loop.
class loops {
public:
  /// Makes the contexts; no thread runs yet. `work` may be null and must outlive the loops.
  loops(std::size_t count, turn_work* work);
  ~loops(); ///< stops and joins

  void start();
  /// Ends all loops and joins their threads. Handlers not yet run are dropped.
  void stop();

  [[nodiscard]] std::size_t count() const noexcept;
  [[nodiscard]] boost::asio::io_context& context(std::size_t loop) noexcept;

  /// The loop whose thread this is, or `none`.
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  [[nodiscard]] static std::size_t current() noexcept;

  /// Wakes a loop that sleeps so that it takes a turn. Any thread; cheap when it is awake already.
  void wake(std::size_t loop);

  /// Runs `action` at the end of the current turn of the calling loop's thread, once, after `turn_work`.
  /// Only from a loop's thread. This is how a connection with queued frames asks to be flushed.
  void at_turn_end(std::function<void()> action);

  loops(const loops&) = delete;
  loops& operator=(const loops&) = delete;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace mpac::net
