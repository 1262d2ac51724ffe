// The relays that keep Beast's websocket::stream: on the bare socket, and on the corking layer.
#include "bench/relay/corking_stream.hpp"
#include "bench/relay/relay.hpp"
#include "bench/relay/rooms.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>

namespace mpac::bench::relay {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

template <class Layer>
class stream_connection : public std::enable_shared_from_this<stream_connection<Layer>> {
public:
  using hall = rooms<stream_connection>;
  using message = std::shared_ptr<const std::string>;

  template <class... LayerArguments>
  stream_connection(hall& rooms, LayerArguments&&... layer)
      : hall_(rooms), stream_(std::forward<LayerArguments>(layer)...) {
    stream_.text(true);
    stream_.auto_fragment(false);
    stream_.read_message_max(1 << 20);
  }

  ~stream_connection() {
    if (room_)
      hall::leave(*room_, *this);
  }

  void start(request wants) {
    auto kept = std::make_shared<request>(std::move(wants));
    stream_.async_accept(*kept, [self = this->shared_from_this(), kept](beast::error_code ec) {
      if (ec)
        return;
      self->room_ = &self->hall_.enter({kept->target().data(), kept->target().size()}, *self);
      self->read();
    });
  }

  void send(const message& text) {
    queue_.push_back(text);
    if (queue_.size() == 1)
      write();
  }

private:
  void read() {
    stream_.async_read(in_, [self = this->shared_from_this()](beast::error_code ec, std::size_t) {
      if (ec)
        return self->leave();
      const auto text = std::make_shared<const std::string>(beast::buffers_to_string(self->in_.data()));
      self->in_.consume(self->in_.size());
      for (auto* peer : *self->room_)
        peer->send(text);
      self->read();
    });
  }

  void write() {
    stream_.async_write(boost::asio::buffer(*queue_.front()),
                        [self = this->shared_from_this()](beast::error_code ec, std::size_t) {
                          if (ec)
                            return self->leave();
                          self->queue_.pop_front();
                          if (!self->queue_.empty())
                            self->write();
                        });
  }

  void leave() {
    if (room_)
      hall::leave(*std::exchange(room_, nullptr), *this);
  }

  hall& hall_;
  typename hall::room* room_ = nullptr;
  websocket::stream<Layer, false> stream_; // false: no permessage-deflate
  beast::flat_buffer in_;
  std::deque<message> queue_;
};

class plain_server : public server {
  void welcome(arrival who) override {
    std::make_shared<stream_connection<relay::socket>>(rooms_, std::move(who.peer))->start(std::move(who.wants));
  }
  rooms<stream_connection<relay::socket>> rooms_;
};

class corking_server : public server {
public:
  explicit corking_server(turns& loop) : loop_(loop) {}

private:
  void welcome(arrival who) override {
    std::make_shared<stream_connection<corking_stream>>(rooms_, std::move(who.peer), loop_)
        ->start(std::move(who.wants));
  }
  turns& loop_;
  rooms<stream_connection<corking_stream>> rooms_;
};

} // namespace

std::unique_ptr<server> make_plain() {
  return std::make_unique<plain_server>();
}

std::unique_ptr<server> make_corking(turns& loop) {
  return std::make_unique<corking_server>(loop);
}

} // namespace mpac::bench::relay
