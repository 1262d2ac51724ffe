// The side door: a small HTTP/1.1 server on a thread of its own, for those who look after the hub.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/http_house.hpp"
#include "net/refusals.hpp"
#include "net/tls_context.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mpac::net {

struct admin_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8767;                   ///< 0: any free port
  std::string token;                           ///< set: requests carry `Authorization: Bearer <token>`
  std::shared_ptr<const tls_context> tls = {}; ///< https:// with this; null: http://
  /// Paths that need no token.
  std::vector<std::string> open_paths = {"/livez", "/healthz", "/readyz", "/metrics"};
  /// Those of them that answer under any name: they say whether it lives, and nothing else.
  std::vector<std::string> probe_paths = {"/livez", "/healthz", "/readyz"};
  std::size_t body_bytes = 4194304; ///< longest request body; over it: 413
  std::size_t header_bytes = 16384; ///< longest request head; over it: 431
  std::size_t connections = 1024;   ///< at once; over it: closed
  /// For a request to arrive, for the house to answer it (then 504), and for each piece of the answer to be taken.
  base::duration request_timeout = std::chrono::seconds{30};

  /// For how long an address that has shown wrong tokens too often is still turned away, whatever it shows; nothing: it
  /// is not. On the admin thread; may be empty.
  std::function<std::optional<base::duration>(const std::string& address)> turned_away_for = {};
  /// Told of each request and connection that the house was not to see, and the address it came from. On the admin
  /// thread; must be quick. May be empty.
  std::function<void(admin_refused why, const std::string& address)> on_refused = {};
};

/// Answers requests out of `house`, which must outlive it. Keep-alive; one request at a time on each connection.
class admin_listener {
public:
  admin_listener(http_house& house, admin_options options);
  ~admin_listener(); ///< stops

  /// Binds and starts the thread. Returns the port taken, or a sentence that names address and reason. Once only.
  [[nodiscard]] base::result<std::uint16_t, std::string> open();

  /// Another token from the next request on. Any thread.
  void change_token(std::string token);

  /// Other certificates for those who come from now on. Any thread.
  void change_tls(std::shared_ptr<const tls_context> tls);

  /// Drops everybody and ends the thread. Replies that come later do nothing.
  void stop();

  admin_listener(const admin_listener&) = delete;
  admin_listener& operator=(const admin_listener&) = delete;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace mpac::net
