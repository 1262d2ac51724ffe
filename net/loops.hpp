// The I/O threads: one loop each, and what happens once a turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace mpac::net {

/// Work that a loop does in each turn, after ready handlers have run and before frames are flushed.
/// The actor scheduler hooks in here, so that actors run on the thread that read their messages.
class turn_work {
public:
  virtual ~turn_work() = default;
  /// Does a bounded amount of work; returns true when more is waiting, and the loop then does not sleep.
  virtual bool turn(std::size_t loop) = 0;
  /// Whether there is work whose time has come but which can wait a little longer, as that of timers can.
  [[nodiscard]] virtual bool has_patient_work(std::size_t) const { return false; }
  /// Does some of it, for a bounded time; returns true when more is waiting.
  virtual bool patient_turn(std::size_t) { return false; }
};

/// Somebody who lives on one loop and has things to finish when a turn ends, after `turn_work`.
class loop_guest {
public:
  virtual ~loop_guest() = default;
  /// On the loop's thread, once a turn.
  virtual void turn_end() = 0;
  /// The loop's thread has ended: nothing will ever run there again. Called by whoever stops the loops.
  virtual void loop_ended() = 0;
};

/// What a descriptor is ready for.
struct readiness {
  bool readable = false; ///< bytes, or the end of them
  bool writable = false;
  bool dead = false; ///< both directions are over
};

/// Whose descriptor it is. Strangers are served after all others, for a bounded time and in some turns only: however
/// many crowd the door, nobody inside waits for them.
enum class standing : std::uint8_t { stranger, known };

/// Told when a descriptor is ready, for as long as it is: what is not dealt with is told again in the next turn.
class ready_handler {
public:
  virtual void ready(readiness what) = 0;

protected:
  ~ready_handler() = default;
};

/// `count` threads, each with an io_context of its own. A connection never leaves its loop.
///
/// A turn: ready sockets, turn_work (both bounded), the guests' turn_end; then strangers' sockets, asio's handlers or
/// patient work, by turns and for a bounded time, and turn_work and turn_end again; and if nothing is left, sleep.
/// Sockets that live long are watched by interest sets of the loop's own, because there a socket stays registered:
/// asio's async_wait would cost a system call (epoll_ctl) for each read.
class loops {
public:
  /// Told what a handler threw that nobody caught, on that loop's thread. The loop goes on with its next turn.
  using mistake_report = std::function<void(const std::string& why)>;

  /// Makes the contexts; no thread runs yet. `work` may be null and must outlive the loops. Without a `report` a
  /// mistake ends the process, as it would in any thread. Throws std::system_error when the system has no descriptors
  /// left.
  loops(std::size_t count, turn_work* work, mistake_report report = {});
  ~loops(); ///< stops and joins

  void start();
  /// Ends all loops and joins their threads. Handlers not yet run are dropped. Not from a loop's thread.
  void stop();

  [[nodiscard]] std::size_t count() const noexcept;
  [[nodiscard]] boost::asio::io_context& context(std::size_t loop) noexcept;

  /// The loop whose thread this is, or `none`.
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  [[nodiscard]] static std::size_t current() noexcept;

  /// True on the thread of this very loop.
  [[nodiscard]] bool here(std::size_t loop) const noexcept;

  /// Makes a loop take another turn, from sleep if it sleeps. Any thread; no system call when it is awake.
  void wake(std::size_t loop) noexcept;

  /// Runs `action` on the loop's thread, soon. Any thread. Dropped when the loops stop first.
  void post(std::size_t loop, std::function<void()> action);

  /// Lets a guest in for as long as it lives. On the loop's thread, or before start().
  void join(std::size_t loop, std::weak_ptr<loop_guest> guest);

  /// Which readiness of a descriptor is told to its handler. On the loop's thread, or before start().
  /// watch() returns false when the system refuses to watch one more. To give a descriptor another standing, unwatch it
  /// and watch it anew.
  [[nodiscard]] bool watch(std::size_t loop, int descriptor, ready_handler& handler, standing whose,
                           bool readable = true, bool writable = false) noexcept;
  void rewatch(std::size_t loop, int descriptor, ready_handler& handler, standing whose, bool readable,
               bool writable) noexcept;
  /// The handler may still be told what this turn has collected already; it must live until the turn ends.
  void unwatch(std::size_t loop, int descriptor, standing whose) noexcept;

  loops(const loops&) = delete;
  loops& operator=(const loops&) = delete;

private:
  struct loop;
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace mpac::net
