// The line between a participant and its hub, which a test can hold and cut.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mpac::client::tests {

/// Passes bytes on between whoever connects to it and a port of this machine. On the test's own thread.
class line {
public:
  line(boost::asio::io_context& on, std::uint16_t to);
  ~line();

  [[nodiscard]] std::string url(const std::string& session = "demo") const;
  /// What the hub says from now on stays in the line; what participants say goes on.
  void hold_answers() noexcept;
  /// Ends all connections that there are, with what was held. New ones work.
  void cut();
  /// The same, and new ones are refused until `mend`.
  void tear();
  void mend();

private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace mpac::client::tests
