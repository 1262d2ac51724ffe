// A stream layer for Beast's websocket::stream: writes leave together at the end of the turn, reads take all there is.
#pragma once

#include "bench/relay/relay.hpp"
#include "bench/relay/turns.hpp"

#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <sys/socket.h>

#include <cstring>
#include <string>

namespace mpac::bench::relay {

/// The socket and what is gathered for it. Shared with the turn's flush list, which may outlive the stream by a turn.
class corked_socket : public gathered, public std::enable_shared_from_this<corked_socket> {
public:
  corked_socket(relay::socket peer, turns& loop) : peer(std::move(peer)), loop_(loop) {}

  template <class Buffers>
  std::size_t gather(const Buffers& buffers) {
    std::size_t size = 0;
    if (out_.empty())
      loop_.at_end(shared_from_this());
    for (const auto buffer : boost::beast::buffers_range_ref(buffers)) {
      out_.append(static_cast<const char*>(buffer.data()), buffer.size());
      size += buffer.size();
    }
    return size;
  }

  void flush() override {
    if (waiting_ || out_.empty() || !peer.is_open())
      return;
    const auto sent = ::send(peer.native_handle(), out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0)
      out_.erase(0, static_cast<std::size_t>(sent));
    if (out_.empty() || (sent < 0 && errno != EAGAIN))
      return;
    waiting_ = true;
    peer.async_wait(boost::asio::socket_base::wait_write, [self = shared_from_this()](boost::system::error_code ec) {
      self->waiting_ = false;
      if (!ec)
        self->flush();
    });
  }

  relay::socket peer;
  std::string arrived; ///< read, not yet asked for

private:
  turns& loop_;
  std::string out_;
  bool waiting_ = false;
};

/// Boost.Asio's AsyncStream over a corked_socket. A write completes once it is gathered (its bytes are copied, since
/// websocket::stream has only one write under way), in a later handler of the same turn.
class corking_stream {
public:
  using next_layer_type = relay::socket;
  using executor_type = relay::socket::executor_type;

  corking_stream(relay::socket peer, turns& loop) : core_(std::make_shared<corked_socket>(std::move(peer), loop)) {}

  executor_type get_executor() noexcept { return core_->peer.get_executor(); }
  next_layer_type& next_layer() noexcept { return core_->peer; }
  const next_layer_type& next_layer() const noexcept { return core_->peer; }
  void flush() { core_->flush(); }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [core = core_](auto&& handler, const Buffers& from) {
          const std::size_t size = core->gather(from);
          boost::asio::post(core->peer.get_executor(),
                            boost::beast::bind_front_handler(std::forward<decltype(handler)>(handler),
                                                             boost::system::error_code{}, size));
        },
        token, buffers);
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        read_operation<Buffers>{core_, buffers}, token, core_->peer);
  }

private:
  // Steps: take what an earlier read left over; otherwise wait until something has arrived and read all of it.
  template <class Buffers>
  struct read_operation {
    std::shared_ptr<corked_socket> core;
    Buffers into;
    enum class step { start, posted, waiting } at = step::start;

    template <class Self>
    void operator()(Self& self, boost::system::error_code ec = {}) {
      if (at == step::start && core->arrived.empty()) {
        at = step::waiting;
        core->peer.async_wait(boost::asio::socket_base::wait_read, std::move(self));
      } else if (at == step::start) {
        at = step::posted; // a composed operation may not complete within its initiation
        boost::asio::post(core->peer.get_executor(), std::move(self));
      } else if (at == step::posted) {
        const std::size_t size = copy(core->arrived.data(), core->arrived.size());
        core->arrived.erase(0, size);
        self.complete({}, size);
      } else {
        ec ? self.complete(ec, 0) : receive(self);
      }
    }

    template <class Self>
    void receive(Self& self) {
      static thread_local char scratch[65536];
      const auto got = ::recv(core->peer.native_handle(), scratch, sizeof scratch, MSG_DONTWAIT);
      if (got < 0 && errno == EAGAIN)
        return core->peer.async_wait(boost::asio::socket_base::wait_read, std::move(self));
      if (got <= 0)
        return self.complete(got == 0 ? boost::system::error_code(boost::asio::error::eof)
                                      : boost::system::error_code(errno, boost::system::system_category()),
                             0);
      const std::size_t size = copy(scratch, static_cast<std::size_t>(got));
      core->arrived.assign(scratch + size, static_cast<std::size_t>(got) - size);
      self.complete({}, size);
    }

    std::size_t copy(const char* from, std::size_t size) {
      return boost::asio::buffer_copy(into, boost::asio::buffer(from, size));
    }
  };

  std::shared_ptr<corked_socket> core_;
};

inline void teardown(boost::beast::role_type role, corking_stream& stream, boost::system::error_code& ec) {
  stream.flush();
  boost::beast::websocket::teardown(role, stream.next_layer(), ec);
}

template <class Handler>
void async_teardown(boost::beast::role_type role, corking_stream& stream, Handler&& handler) {
  stream.flush();
  boost::beast::websocket::async_teardown(role, stream.next_layer(), std::forward<Handler>(handler));
}

} // namespace mpac::bench::relay
