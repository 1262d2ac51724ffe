#include "net/handshake.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <optional>

#include <sys/socket.h>
#include <unistd.h>

namespace mpac::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

namespace {

constexpr std::string_view server_name = "mpac-cluster";
// So many peers at once are told that the hub is full. Whoever comes on top of them is closed without a word, or a
// flood of connections would hold as many sockets as if there were no limit.
constexpr std::size_t refusals_at_once = 64;

std::vector<std::shared_ptr<lane>> make_lanes(loops& threads, doorkeeper& house, const listen_options& options) {
  std::vector<std::shared_ptr<lane>> lanes;
  for (std::size_t i = 0; i < threads.count(); ++i) {
    lanes.push_back(std::make_shared<lane>(threads, i, house, options));
    threads.post(i, [&threads, i, guest = std::weak_ptr<loop_guest>(lanes.back())] { threads.join(i, guest); });
  }
  return lanes;
}

beast::string_view to_beast(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view from_beast(beast::string_view text) {
  return {text.data(), text.size()};
}

peer_address address_of(const tcp::endpoint& peer) {
  peer_address address;
  address.port = peer.port();
  address.is_v6 = peer.address().is_v6();
  if (address.is_v6)
    address.bytes = peer.address().to_v6().to_bytes();
  else
    std::ranges::copy(peer.address().to_v4().to_bytes(), address.bytes.begin());
  return address;
}

/// Lives in its own handlers until the peer is handed on or turned away.
class handshake final : public std::enable_shared_from_this<handshake> {
public:
  handshake(std::shared_ptr<reception> desk, std::size_t loop, tcp::socket socket, seat doorstep, bool has_room)
      : desk_(std::move(desk)), loop_(loop), options_(desk_->options()), stream_(std::move(socket)),
        doorstep_(std::move(doorstep)), has_room_(has_room) {}

  void begin() {
    parser_.header_limit(static_cast<std::uint32_t>(options_->header_bytes));
    stream_.expires_after(options_->handshake_timeout);
    http::async_read_header(
        stream_, buffer_, parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_request(error); });
  }

private:
  void on_request(beast::error_code error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      return answer(http::status::request_header_fields_too_large, "The request head is too long.\n");
    if (error && error.category() == make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message)
      return answer(http::status::bad_request, "This is no HTTP request: " + error.message() + ".\n");
    if (error)
      return; // nobody there any more, or too slow
    const auto& request = parser_.get();
    if (!beast::websocket::is_upgrade(request))
      return answer(http::status::upgrade_required,
                    "This is a WebSocket endpoint of mpac-cluster. Connect to ws://<host>:<port>/session/<session id> "
                    "with a WebSocket client.\n");
    if (has_room_)
      doorstep_.reset(); // it becomes the seat
    auto place = has_room_ ? desk_->take_seat() : nullptr;
    if (!place)
      return answer(http::status::service_unavailable, "The hub is full or closing. Please try again later.\n");
    accept(std::move(place));
  }

  void accept(seat place) {
    const auto& request = parser_.get();
    std::optional<deflate_terms> deflate;
    if (options_->compression)
      deflate = agree_on_deflate(from_beast(request[http::field::sec_websocket_extensions]));

    beast::error_code error;
    stream_.expires_never();
    beast::websocket::stream<tcp::socket> upgrade(stream_.release_socket());
    upgrade.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::response_type& response) {
      response.set(http::field::server, to_beast(server_name));
      if (deflate && response.result() == http::status::switching_protocols)
        response.set(http::field::sec_websocket_extensions, to_header(*deflate));
    }));
    // A few hundred bytes into an empty socket: this never waits. Beast refuses a bad request itself, 400 or 426.
    upgrade.accept(request, error);
    auto& socket = upgrade.next_layer();
    if (error) {
      socket.shutdown(tcp::socket::shutdown_send, error);
      return;
    }
    const auto peer = socket.remote_endpoint(error);
    if (error)
      return;
    const auto descriptor = socket.release(error);
    if (error)
      return;

    auto guest = std::make_shared<newcomer>();
    guest->stream = desk_->make ? desk_->make(descriptor) : plain_transport(descriptor);
    guest->early_bytes = beast::buffers_to_string(buffer_.data());
    guest->target = std::string(request.target());
    guest->deflate = deflate;
    guest->address = address_of(peer);
    guest->place = std::move(place);
    const std::size_t home = desk_->house.place(guest->target) % desk_->lanes.size();
    if (home == loop_)
      return desk_->lanes[home]->admit(std::move(*guest));
    desk_->threads.post(home, [lane = desk_->lanes[home], guest] { lane->admit(std::move(*guest)); });
  }

  void answer(http::status status, std::string text) {
    response_.result(status);
    response_.version(11);
    response_.set(http::field::server, to_beast(server_name));
    response_.set(http::field::content_type, "text/plain; charset=utf-8");
    if (status == http::status::upgrade_required) {
      response_.set(http::field::upgrade, "websocket");
      response_.set(http::field::sec_websocket_version, "13");
    }
    if (status == http::status::service_unavailable)
      response_.set(http::field::retry_after, "1");
    response_.keep_alive(false);
    response_.body() = std::move(text);
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code, std::size_t) {
      beast::error_code ignored;
      self->stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  const std::shared_ptr<reception> desk_;
  const std::size_t loop_;
  const std::shared_ptr<const listen_options> options_;
  beast::tcp_stream stream_;
  seat doorstep_;
  const bool has_room_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> parser_;
  http::response<http::string_body> response_;
};

} // namespace

reception::reception(loops& threads, doorkeeper& house, listen_options options, transport_maker make)
    : threads(threads), house(house), make(std::move(make)), lanes(make_lanes(threads, house, options)),
      options_(std::make_shared<const listen_options>(std::move(options))) {}

std::shared_ptr<const listen_options> reception::options() const {
  const std::lock_guard lock(guard_);
  return options_;
}

void reception::change(listen_options options) {
  auto fresh = std::make_shared<const listen_options>(std::move(options));
  const std::lock_guard lock(guard_);
  options_ = std::move(fresh);
}

seat reception::take_seat() {
  if (closed_)
    return nullptr;
  if (seats_->taken.fetch_add(1) >= options()->max_connections) {
    seats_->left();
    return nullptr;
  }
  return seat(seats_.get(), [all = seats_](void*) { all->left(); });
}

seat reception::take_one(const count& of, std::size_t limit) {
  if (of->fetch_add(1) < limit)
    return seat(of.get(), [of](void*) { of->fetch_sub(1); });
  of->fetch_sub(1);
  return nullptr;
}

seat reception::take_doorstep() {
  const auto limit = options()->max_connections;
  const std::size_t inside = seats_->taken;
  return inside < limit ? take_one(on_doorstep_, limit - inside) : nullptr;
}

seat reception::take_refusal() {
  return take_one(refused_, refusals_at_once);
}

void reception::seats::left() {
  if (taken.fetch_sub(1) != 1)
    return;
  std::function<void()> call;
  {
    const std::lock_guard lock(guard);
    call = std::exchange(empty, nullptr);
  }
  if (call)
    call();
}

void reception::when_empty(std::function<void()> empty) {
  {
    const std::lock_guard lock(seats_->guard);
    seats_->empty = std::move(empty);
  }
  seats_->taken.fetch_add(1); // our own leaving tells, if nobody else's does
  seats_->left();
}

void shake_hands(std::shared_ptr<reception> desk, std::size_t loop, int socket) {
  beast::error_code error;
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&local), &size);
  tcp::socket taken(desk->threads.context(loop));
  taken.assign(local.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), socket, error);
  if (error) {
    ::close(socket);
    return;
  }
  taken.set_option(tcp::no_delay(true), error);
  auto doorstep = desk->take_doorstep();
  const bool has_room = doorstep != nullptr;
  if (!has_room)
    doorstep = desk->take_refusal();
  if (doorstep)
    std::make_shared<handshake>(std::move(desk), loop, std::move(taken), std::move(doorstep), has_room)->begin();
}

} // namespace mpac::net
