// One TCP connection from its accept to its WebSocket: TLS, the request, its answer; then the peer goes to its lane.
#pragma once

#include "net/address_book.hpp"
#include "net/lane.hpp"
#include "net/refusals.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <sys/socket.h>

namespace mpac::net {

/// What all handshakes of a listener share. Thread-safe.
class reception {
public:
  reception(loops& threads, doorkeeper& house, listen_options options, transport_wrapping wrap);

  [[nodiscard]] std::shared_ptr<const listen_options> options() const;
  void change(listen_options options);

  /// Null when listen.max_connections are taken, or the house is closing.
  [[nodiscard]] seat take_seat();
  /// A place on the doorstep for a peer that shakes hands: sockets are what listen.max_connections is about, so those
  /// who never finish count too. Null when, with those inside, all are taken.
  [[nodiscard]] seat take_doorstep();
  /// The same for a peer that is only told that there is no room; null when many are being told already.
  [[nodiscard]] seat take_refusal();
  [[nodiscard]] std::size_t seats_taken() const noexcept { return seats_->taken; }
  void close_door() noexcept { closed_ = true; }

  /// Calls `empty` once, from any thread, when no seat is taken (any more).
  void when_empty(std::function<void()> empty);

  loops& threads;
  doorkeeper& house;
  const transport_wrapping wrap;
  const std::vector<std::shared_ptr<lane>> lanes; ///< one a loop
  const std::shared_ptr<address_book> addresses = std::make_shared<address_book>();
  refusals turned_away;

private:
  struct seats {
    void left();

    std::atomic<std::size_t> taken{0};
    std::mutex guard;
    std::function<void()> empty; // guarded
  };

  mutable std::mutex guard_;
  std::shared_ptr<const listen_options> options_; // guarded
  using count = std::shared_ptr<std::atomic<std::size_t>>;
  [[nodiscard]] static seat take_one(const count& of, std::size_t limit);

  std::shared_ptr<seats> seats_ = std::make_shared<seats>();
  count on_doorstep_ = std::make_shared<std::atomic<std::size_t>>(0);
  count refused_ = std::make_shared<std::atomic<std::size_t>>(0);
  std::atomic<bool> closed_{false};
};

/// Takes over a connected, non-blocking TCP socket; closes it at once when there is no room even to say so. On the
/// thread of `loop`, where the handshake then goes on.
void shake_hands(std::shared_ptr<reception> desk, std::size_t loop, int socket, const sockaddr_storage& peer);

} // namespace mpac::net
