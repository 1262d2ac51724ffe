// The street door: takes TCP connections, shakes hands over HTTP, and brings WebSockets to their loops.
#pragma once

#include "base/result.hpp"
#include "net/door.hpp"
#include "net/listen_options.hpp"
#include "net/loops.hpp"
#include "net/refusals.hpp"
#include "net/traffic.hpp"
#include "net/transport.hpp"

#include <functional>
#include <memory>
#include <string>

namespace mpac::net {

/// Listens on one address. Thread-safe. `threads` and `house` must outlive it, and `house` the run of the loops.
/// Destroying it ends its connections without ceremony; visitors are told `gone` if the loops still run.
class listener {
public:
  /// `wrap` puts something between sockets and connections, after the handshake; may be empty.
  listener(loops& threads, doorkeeper& house, listen_options options, transport_wrapping wrap = {});
  ~listener();

  /// Binds and begins to accept; connections come in as soon as the loops run.
  /// Returns the port taken, or a sentence that names address and reason.
  [[nodiscard]] base::result<std::uint16_t, std::string> open();

  /// New limits and timeouts, for open connections too; other TLS, for those who come. Address and port are not looked
  /// at.
  void change(const listen_options& options);

  /// Nobody new comes in; who is inside stays.
  void stop_accepting();

  /// Closes every connection with this code and reason, after what is queued for it. `done` is called on a loop's
  /// thread, once, when all are gone, or when `deadline` has passed and the rest has been dropped. Once only.
  void close_all(close_code code, std::string reason, base::duration deadline, std::function<void()> done);

  /// How many WebSockets are open.
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] traffic_figures traffic() const;
  /// Who was not let in.
  [[nodiscard]] refusal_figures refusals() const;

  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

private:
  struct impl;
  std::shared_ptr<impl> impl_;
};

} // namespace mpac::net
