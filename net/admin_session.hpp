// One HTTP connection of the admin listener: reads a request, waits for the house's answer, writes it, reads the next.
#pragma once

#include "net/admin_listener.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace mpac::net {

/// What all sessions of one admin listener share. Thread-safe where it may change.
class admin_desk {
public:
  admin_desk(http_house& house, admin_options options) : house(house), options(std::move(options)) {}

  void change_token(std::string token);
  void change_tls(std::shared_ptr<const tls_context> tls);
  [[nodiscard]] std::shared_ptr<const tls_context> tls() const;
  /// Whether a request for `path` with this Authorization header may pass.
  [[nodiscard]] bool may_pass(std::string_view path, std::string_view authorization) const;

  /// Runs `action` if the listener still runs, and keeps it from stopping meanwhile. Any thread.
  template <class Action>
  void while_open(Action action) {
    const std::lock_guard lock(gate_);
    if (open_)
      action();
  }
  /// From here on while_open() does nothing.
  void close() {
    const std::lock_guard lock(gate_);
    open_ = false;
  }

  http_house& house;
  const admin_options options; ///< but the token, which may_pass() knows, and tls()
  std::atomic<std::size_t> sessions{0};

private:
  mutable std::mutex guard_;
  std::string token_ = options.token;                    // guarded by guard_
  std::shared_ptr<const tls_context> tls_ = options.tls; // guarded by guard_
  std::mutex gate_;
  bool open_ = true; // guarded by gate_
};

/// Takes over a connected, non-blocking TCP socket and serves it until it ends. On the context's thread.
void serve_admin(std::shared_ptr<admin_desk> desk, boost::asio::io_context& context, int socket);

/// Equal or not, in a time that does not tell how much of it was.
[[nodiscard]] bool equal_secrets(std::string_view given, std::string_view expected);

} // namespace mpac::net
