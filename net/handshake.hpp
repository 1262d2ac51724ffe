// One TCP connection from its accept to its WebSocket: reads the request, answers it, hands the peer to its lane.
#pragma once

#include "net/lane.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace mpac::net {

/// What all handshakes of a listener share. Thread-safe.
class reception {
public:
  reception(loops& threads, doorkeeper& house, listen_options options, transport_maker make);

  [[nodiscard]] std::shared_ptr<const listen_options> options() const;
  void change(listen_options options);

  /// Null when listen.max_connections are taken, or the house is closing.
  [[nodiscard]] seat take_seat();
  [[nodiscard]] std::size_t seats_taken() const noexcept { return seats_->taken; }
  void close_door() noexcept { closed_ = true; }

  /// Calls `empty` once, from any thread, when no seat is taken (any more).
  void when_empty(std::function<void()> empty);

  loops& threads;
  doorkeeper& house;
  const transport_maker make;
  const std::vector<std::shared_ptr<lane>> lanes; ///< one a loop

private:
  struct seats {
    void left();

    std::atomic<std::size_t> taken{0};
    std::mutex guard;
    std::function<void()> empty; // guarded
  };

  mutable std::mutex guard_;
  std::shared_ptr<const listen_options> options_; // guarded
  std::shared_ptr<seats> seats_ = std::make_shared<seats>();
  std::atomic<bool> closed_{false};
};

/// Takes over a connected, non-blocking TCP socket. On the thread of `loop`, where the handshake then goes on.
void shake_hands(std::shared_ptr<reception> desk, std::size_t loop, int socket);

} // namespace mpac::net
