// What the network tells the house, and what the house may do to a connection. Nothing of the protocol is known here.
#pragma once

#include "base/clock.hpp"
#include "protocol/wire/frame.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::net {

/// Why a WebSocket ends (RFC 6455 7.4.1, and the house's own from 4000 on).
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  invalid_text = 1007, ///< a text message that is not UTF-8
  policy = 1008,       ///< nobody said HELLO in time
  too_big = 1009,      ///< a message over listen.max_message_bytes
  internal_error = 1011,
  service_restart = 1012, ///< the hub stops; come back
  try_again_later = 1013, ///< a consumer slower than limits.outbox_bytes, or the hub is full
  bad_path = 4004,        ///< no such session; coming back does not help
  replaced = 4009,        ///< the same principal joined from another connection
};

/// One WebSocket connection as the house sees it. Every function may be called from any thread and returns at once.
/// Frames leave in the order of delivery; what is delivered within one turn of the connection's loop leaves together.
/// After the connection has ended every function does nothing.
class connection {
public:
  virtual ~connection() = default;

  /// Queues a frame. When more than limits.outbox_bytes are waiting the connection is closed with `try_again_later`.
  virtual void deliver(protocol::frame_ptr frame) = 0;

  /// Queues several frames, in order. `since`: when the oldest of the messages they answer arrived; once all is written
  /// the time it took is reported to the listener's `on_written`.
  virtual void deliver(std::span<const protocol::frame_ptr> frames, base::instant since) = 0;

  /// Sends what is queued, then the close frame, then ends the connection. Only the first call counts.
  virtual void close(close_code code, std::string reason) = 0;

  /// Gives back the credit of messages that the house has dealt with: reading stops while
  /// `inbound_window` messages, or `inbound_bytes` of them, are unanswered for. What one read completed is handed on
  /// whole, even beyond the window.
  virtual void grant(std::size_t messages) = 0;

  /// Says that the peer is known now, which ends the watch of listen.hello_timeout_sec.
  virtual void admitted() = 0;

  /// The peer's address and port, for logs.
  [[nodiscard]] virtual std::string peer() const = 0;

  /// DER of the client certificate whose key the peer has proven to hold in this very connection's TLS handshake;
  /// empty: none, or no TLS. With listen.tls.client_ca_file it is verified, without it anybody may have issued it.
  [[nodiscard]] virtual const std::string& peer_certificate() const = 0;
};

/// How many messages of one connection may be on their way through the house before reading stops.
inline constexpr std::size_t inbound_window = 256;

/// And how many bytes. What is over it is given back all at once, when every message has been dealt with: reading stops
/// until then. (What one read completed is handed on whole, as with the window.)
inline constexpr std::size_t inbound_bytes = std::size_t{1} << 20;

/// Messages as they arrived: UTF-8, otherwise not yet looked at, each in a frame that can be relayed as it is.
using arrivals = std::vector<protocol::frame_ptr>;

/// The house's side of one connection. Called on the connection's loop only, one call at a time, and never from within
/// a call to the connection. If it throws, its connection is closed with 1011. When the loops stop it is destroyed on
/// the thread that stops them, without a call of `gone` if its connection was still open.
class visitor {
public:
  virtual ~visitor() = default;

  /// All messages completed by one read, oldest first; each is UTF-8 (a binary one, too).
  virtual void arrived(arrivals messages, base::instant when) = 0;

  /// A pong, or a ping, came: the peer lives.
  virtual void alive(base::instant when) = 0;

  /// The connection has ended, by whomever; nothing follows. `code` is what was sent or received, 1006 if neither.
  virtual void gone(std::uint16_t code) = 0;
};

/// Where a new WebSocket may go.
struct rejection {
  close_code code = close_code::bad_path;
  std::string reason;
};

/// Decides who comes in. Called from any loop's thread.
class doorkeeper {
public:
  virtual ~doorkeeper() = default;

  /// A number by which connections that belong together share one loop: equal numbers, same loop.
  /// `target` is the request target of the upgrade, undecoded.
  [[nodiscard]] virtual std::size_t place(std::string_view target) = 0;

  /// Called on the connection's final loop, after the handshake. Returns null to refuse, with `why` filled in:
  /// the connection is then closed with that code and reason.
  [[nodiscard]] virtual std::unique_ptr<visitor> enter(std::string_view target, std::shared_ptr<connection> who,
                                                       rejection& why) = 0;
};

} // namespace mpac::net
