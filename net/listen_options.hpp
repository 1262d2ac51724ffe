// What a listener is told: the keys of cluster.toml's [listen] that concern it, and limits.outbox_bytes.
#pragma once

#include "base/clock.hpp"
#include "net/address_book.hpp"
#include "net/door.hpp"
#include "net/tls_context.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mpac::net {

/// Everything but `address` and `port` may change while the listener runs (listener::change); what is open keeps
/// its negotiated compression and its TLS.
struct listen_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8766;               ///< 0: any free port
  std::size_t max_connections = 100000;    ///< those who shake hands count too; over it: HTTP 503
  std::size_t max_message_bytes = 1048576; ///< over it: close 1009
  base::duration handshake_timeout = std::chrono::seconds{10};
  base::duration hello_timeout = std::chrono::seconds{30}; ///< without admitted() by then: close 1008; 0: never
  base::duration ping_interval = std::chrono::seconds{30}; ///< silent for two of them: dropped; 0: no pings
  bool compression = false;                                ///< permessage-deflate for those who offer it
  std::size_t outbox_bytes = 4194304;                      ///< limits.outbox_bytes; over it: close 1013

  std::vector<std::string> allowed_origins = {}; ///< of browsers' pages beside our own site's; others: HTTP 403

  address_limits by_address = {};              ///< over them: HTTP 429, or closed at once
  std::shared_ptr<const tls_context> tls = {}; ///< wss:// with this; null: ws://

  /// Told how long it took from the arrival of a message to its answer being written to a peer, once for each write;
  /// for the oldest message of those the write answers. On the loops' threads; must be quick. May be empty.
  std::function<void(base::duration)> on_written = {};

  /// Told what was thrown while a connection was served; that connection is then closed with 1011. On the loops'
  /// threads. May be empty.
  std::function<void(const std::string& why)> on_mistake = {};

  // Not in the file: nobody has needed to turn them yet.
  base::duration close_timeout = std::chrono::seconds{5};      ///< for the peer's close frame and the last bytes
  base::duration slow_close_timeout = std::chrono::seconds{1}; ///< the same for a consumer found too slow
  std::size_t header_bytes = 8192;                             ///< longest HTTP request head
};

} // namespace mpac::net
