// What an admin session reads and writes through: TCP, or TLS over it. For admin_session.cpp alone: its headers are
// heavy.
#pragma once

#include "net/tls_context.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace mpac::net {

/// One of Asio's streams. Its timeouts are those of the tcp_stream below.
class admin_stream {
public:
  using lowest = boost::beast::tcp_stream;
  using executor_type = lowest::executor_type;

  /// Null: no TLS.
  admin_stream(boost::asio::ip::tcp::socket socket, const tls_context* tls) {
    if (tls == nullptr) {
      plain_.emplace(std::move(socket));
      return;
    }
    SSL_CTX_up_ref(tls->native());
    boost::asio::ssl::context terms(tls->native()); // the stream takes a reference of its own
    secure_.emplace(lowest(std::move(socket)), terms);
  }

  [[nodiscard]] lowest& below() noexcept { return secure_ ? secure_->next_layer() : *plain_; }
  [[nodiscard]] executor_type get_executor() noexcept { return below().get_executor(); }
  [[nodiscard]] bool is_secure() const noexcept { return secure_.has_value(); }

  template <class Duration>
  void expires_after(Duration time) {
    below().expires_after(time);
  }
  void expires_never() { below().expires_never(); }
  /// Without ceremony: with TLS, the peer sees that it was cut off.
  void close() { below().close(); }

  /// With TLS only.
  template <class Handler>
  void async_handshake(Handler&& handler) {
    secure_->async_handshake(boost::asio::ssl::stream_base::server, std::forward<Handler>(handler));
  }

  /// Says that nothing follows.
  template <class Handler>
  void async_finish(Handler&& handler) {
    if (secure_)
      return secure_->async_shutdown(std::forward<Handler>(handler));
    boost::system::error_code error;
    plain_->socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, error);
  }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& into, Handler&& handler) {
    if (secure_)
      return secure_->async_read_some(into, std::forward<Handler>(handler));
    return plain_->async_read_some(into, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& from, Handler&& handler) {
    if (secure_)
      return secure_->async_write_some(from, std::forward<Handler>(handler));
    return plain_->async_write_some(from, std::forward<Handler>(handler));
  }

private:
  std::optional<lowest> plain_;
  std::optional<boost::beast::ssl_stream<lowest>> secure_;
};

} // namespace mpac::net
