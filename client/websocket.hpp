// One WebSocket connection to a hub, plain or encrypted: text in, text out.
#pragma once

#include "base/result.hpp"
#include "client/address.hpp"
#include "client/options.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace mpac::client {

/// Why a connection ended.
struct closing {
  std::uint16_t code = 1006; ///< the hub's close code; 1006: it ended without one
  std::string why;           ///< a sentence, or what the hub gave as its reason
};

/// All functions on the executor it was made with.
class websocket {
public:
  virtual ~websocket() = default;

  /// Connects, encrypts and upgrades within `how.connect_timeout`. The error is a sentence.
  [[nodiscard]] static boost::asio::awaitable<base::result<std::shared_ptr<websocket>, std::string>>
  open(boost::asio::any_io_executor on, address to, options how);

  /// The next message. After an error there is none.
  [[nodiscard]] virtual boost::asio::awaitable<base::result<std::string, closing>> read() = 0;
  /// Queues a message. Does nothing once the connection has ended.
  virtual void write(std::string text) = 0;
  /// Ends without a word.
  virtual void drop() = 0;
  /// Writes what is queued and then closes with 1000; the connection is dropped if that takes long.
  virtual void close() = 0;
};

} // namespace mpac::client
