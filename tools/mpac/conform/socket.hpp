// A WebSocket connection at the level of raw messages, so that a conformance test sees what is really sent, and no wait
// that could last for ever.
#pragma once

#include "base/result.hpp"
#include "net/web_url.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mpac::tools::conform {

using deadline = std::chrono::steady_clock::time_point;

/// One message as it came.
struct raw_message {
  std::string text;
  bool is_text = true; ///< false: a binary frame
};

/// How a connection ended.
struct ending {
  unsigned code = 0; ///< the WebSocket close code; 0: it broke off without one
  std::string reason;
};

/// The road between us and the coordinator: all connections are read side by side, on the thread that waits.
class road {
public:
  road();
  ~road();
  road(const road&) = delete;
  road& operator=(const road&) = delete;

  /// Lets everything happen that can until `is_there()` or the deadline; whether it was in time.
  bool wait_until(const std::function<bool()>& is_there, deadline end);

  struct impl;
  [[nodiscard]] impl& inside() noexcept { return *impl_; }

private:
  std::unique_ptr<impl> impl_;
};

class socket {
public:
  virtual ~socket() = default;

  /// What came so far, in order; grows while somebody waits on the road.
  [[nodiscard]] virtual const std::vector<raw_message>& heard() const = 0;
  [[nodiscard]] virtual const ending* ended() const = 0;
  /// Goes out while somebody waits on the road. After the end nothing happens.
  virtual void send(std::string text) = 0;
  /// Ends the connection without ceremony.
  virtual void drop() = 0;
};

struct socket_terms {
  net::web_url at;     ///< with the session's path
  std::string ca_file; ///< of wss; empty: the system's authorities
};

/// Connects and shakes hands; the error says what failed.
[[nodiscard]] base::result<std::unique_ptr<socket>, std::string> open_socket(road& on, const socket_terms& to,
                                                                             deadline end);

} // namespace mpac::tools::conform
