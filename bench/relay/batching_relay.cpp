// The relay that shows the ceiling: Beast's handshake, then shared prebuilt frames and as few system calls as can be.
#include "bench/relay/relay.hpp"
#include "bench/relay/rooms.hpp"
#include "bench/relay/turns.hpp"
#include "net/framer.hpp"
#include "protocol/wire/frame.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>

namespace mpac::bench::relay {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::asio::socket_base;

class batching_connection : public gathered, public std::enable_shared_from_this<batching_connection> {
public:
  using hall = rooms<batching_connection>;

  batching_connection(hall& rooms, turns& loop, relay::socket peer)
      : hall_(rooms), loop_(loop), peer_(std::move(peer)) {}
  ~batching_connection() override { leave(); }

  void start(std::string_view target, std::string behind) {
    room_ = &hall_.enter(target, *this);
    if (behind.empty() || take(behind))
      wait();
  }

  void send(const protocol::frame_ptr& frame) {
    if (queue_.empty())
      loop_.at_end(shared_from_this());
    queue_.push_back(frame);
  }

  void flush() override {
    while (!waiting_ && room_ && !queue_.empty()) {
      std::array<iovec, 256> parts;
      const std::size_t count = std::min(parts.size(), queue_.size());
      for (std::size_t i = 0; i < count; ++i) {
        auto bytes = queue_[i]->wire();
        if (i == 0)
          bytes.remove_prefix(sent_of_front_);
        parts[i] = {const_cast<char*>(bytes.data()), bytes.size()};
      }
      msghdr message{};
      message.msg_iov = parts.data();
      message.msg_iovlen = count;
      const auto sent = ::sendmsg(peer_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN)
        return leave();
      if (sent < 0)
        return wait_until_writable();
      forget(static_cast<std::size_t>(sent));
    }
  }

private:
  void wait() {
    peer_.async_wait(socket_base::wait_read,
                     [self = shared_from_this()](beast::error_code ec) { ec ? self->leave() : self->receive(); });
  }

  void wait_until_writable() {
    waiting_ = true;
    peer_.async_wait(socket_base::wait_write, [self = shared_from_this()](beast::error_code ec) {
      self->waiting_ = false;
      ec ? self->leave() : self->flush();
    });
  }

  void receive() {
    static thread_local char scratch[65536];
    const auto got = ::recv(peer_.native_handle(), scratch, sizeof scratch, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN))
      return leave();
    if (got < 0 || take({scratch, static_cast<std::size_t>(got)}))
      wait();
  }

  // Relays the messages that `bytes` complete; false when the connection is to end. Pings go unanswered.
  bool take(std::string_view bytes) {
    static thread_local net::framed arrived;
    framer_.feed(bytes, {}, nullptr, arrived);
    for (const auto& message : arrived.messages)
      for (auto* peer : *room_)
        peer->send(message);
    arrived.messages.clear();
    arrived.controls.clear();
    arrived.error.reset();
    if (framer_.finished())
      leave();
    return !framer_.finished();
  }

  void forget(std::size_t sent) {
    sent += sent_of_front_;
    std::size_t whole = 0;
    while (whole < queue_.size() && sent >= queue_[whole]->wire().size())
      sent -= queue_[whole++]->wire().size();
    sent_of_front_ = sent;
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(whole));
  }

  void leave() {
    if (!room_)
      return;
    hall::leave(*std::exchange(room_, nullptr), *this);
    beast::error_code ignored;
    peer_.close(ignored);
  }

  hall& hall_;
  turns& loop_;
  relay::socket peer_;
  hall::room* room_ = nullptr;
  std::vector<protocol::frame_ptr> queue_;
  std::size_t sent_of_front_ = 0;
  net::framer framer_;
  bool waiting_ = false;
};

class batching_server : public server {
public:
  explicit batching_server(turns& loop) : loop_(loop) {}

private:
  struct handshake {
    websocket::stream<relay::socket, false> stream;
    request wants;
    std::string behind;
  };

  void welcome(arrival who) override {
    auto hands =
        std::make_shared<handshake>(handshake{websocket::stream<relay::socket, false>(std::move(who.peer)),
                                              std::move(who.wants), beast::buffers_to_string(who.behind.data())});
    hands->stream.async_accept(hands->wants, [this, hands](beast::error_code ec) {
      if (ec)
        return;
      std::make_shared<batching_connection>(rooms_, loop_, std::move(hands->stream.next_layer()))
          ->start({hands->wants.target().data(), hands->wants.target().size()}, std::move(hands->behind));
    });
  }

  turns& loop_;
  rooms<batching_connection> rooms_;
};

} // namespace

std::unique_ptr<server> make_batching(turns& loop) {
  return std::make_unique<batching_server>(loop);
}

} // namespace mpac::bench::relay
