// One WebSocket client connection on a non-blocking socket, with as few system calls as can be.
#pragma once

#include "net/tls_transport.hpp"

#include <netinet/in.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mpac::bench::swarm {

/// Where the swarm connects to.
struct target {
  sockaddr_in address{};
  std::string host;                            ///< for the Host field
  std::string name;                            ///< whom the certificate must be for
  std::shared_ptr<const net::tls_context> tls; ///< null: plain TCP
};

/// Lives on one thread, watched level-triggered by one epoll whose events carry its address. Does not reconnect.
class client {
public:
  explicit client(int epoll) : epoll_(epoll) {}
  virtual ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Begins the connection and its upgrade for `path`; `opened` or `ended` follows.
  void connect(const target& to, std::string_view path);

  /// Handles what epoll reported.
  void ready(std::uint32_t events);

  /// Appends a masked text frame; it leaves with the next `flush`.
  void write(std::string_view text);

  /// Sends all that was written; the rest, if any, when the socket takes it.
  void flush();

  /// Sends a close frame (1000) and ends at once, without `ended`.
  void leave();

  [[nodiscard]] bool is_open() const noexcept { return state_ == state::open; }

protected:
  virtual void opened() = 0;
  /// One whole message; valid during the call.
  virtual void received(std::string_view message) = 0;
  /// The connection is gone: by a close frame with `code`, or broken (1006). Nothing follows.
  virtual void ended(std::uint16_t code, std::string_view reason) = 0;
  /// Something was written outside `ready` or inside it: flush me at the end of the turn. Called once for each flush.
  virtual void wants_flush() = 0;

private:
  enum class state : std::uint8_t { idle, connecting, upgrading, open, closed };

  void receive();
  void receive_securely(std::span<char> scratch);
  void flush_securely();
  void arrived(std::string_view bytes);
  void let_go();
  void upgrade();
  void take(std::string_view bytes);
  void frame(bool final, std::uint8_t kind, std::string_view payload);
  void answer(std::uint8_t kind, std::string_view payload);
  void watch(std::uint32_t events);
  void end(std::uint16_t code, std::string_view reason);

  int epoll_;
  int socket_ = -1;
  std::unique_ptr<net::tls_transport> secure_; // owns the socket, if it is there
  state state_ = state::idle;
  bool asked_ = false;   // for a flush
  bool blocked_ = false; // the socket took less than it was given
  std::uint32_t key_ = 0x9e3779b9;
  std::string out_;
  std::string partial_; // an incomplete frame, or response head
  std::string fragments_;
};

} // namespace mpac::bench::swarm
