#include "net/handshake.hpp"

#include "net/request_fields.hpp"
#include "net/tls_transport.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstring>
#include <optional>
#include <sstream>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mpac::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

namespace {

constexpr std::string_view server_name = "mpac-cluster";
constexpr std::size_t bytes_a_read = 64 * 1024;
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

peer_address address_of(const sockaddr_storage& peer) {
  peer_address address;
  address.is_v6 = peer.ss_family == AF_INET6;
  if (address.is_v6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
    address.port = ntohs(v6.sin6_port);
    std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
  } else {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
    address.port = ntohs(v4.sin_port);
    std::memcpy(address.bytes.data(), &v4.sin_addr, 4);
  }
  return address;
}

/// Where Beast writes its answer to an upgrade.
class paper {
public:
  using executor_type = asio::any_io_executor;

  explicit paper(executor_type where) : where_(std::move(where)) {}
  [[nodiscard]] executor_type get_executor() noexcept { return where_; }

  template <class Buffers>
  std::size_t write_some(const Buffers& bytes, beast::error_code& error) {
    error = {};
    text += beast::buffers_to_string(bytes);
    return beast::buffer_bytes(bytes);
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& bytes) {
    beast::error_code ignored;
    return write_some(bytes, ignored);
  }
  template <class Buffers>
  std::size_t read_some(const Buffers&, beast::error_code& error) {
    error = asio::error::eof;
    return 0;
  }
  template <class Buffers>
  std::size_t read_some(const Buffers&) {
    return 0;
  }

  std::string text;

private:
  executor_type where_;
};

/// Lives in its own handlers until the peer is handed on or turned away.
class handshake final : public std::enable_shared_from_this<handshake> {
public:
  /// `why_not`: the peer is only told that it can't come in.
  handshake(std::shared_ptr<reception> desk, std::size_t loop, tcp::socket socket, const peer_address& peer,
            seat doorstep, seat of_address, std::optional<refused> why_not)
      : desk_(std::move(desk)), loop_(loop), options_(desk_->options()), socket_(std::move(socket)),
        patience_(socket_.get_executor()), peer_(peer), doorstep_(std::move(doorstep)),
        of_address_(std::move(of_address)), why_not_(why_not) {}

  ~handshake() { let_go_of_socket(); } // which the stream closes

  handshake(const handshake&) = delete;
  handshake& operator=(const handshake&) = delete;

  void begin() {
    if (options_->tls) {
      auto made = tls_server(socket_.native_handle(), options_->tls);
      tls_ = made.get();
      stream_ = std::move(made);
    } else {
      stream_ = plain_transport(socket_.native_handle());
    }
    parser_.header_limit(static_cast<std::uint32_t>(options_->header_bytes));
    patience_.expires_after(options_->handshake_timeout); // for all of it: TLS, the request, and the answer to be taken
    patience_.async_wait([weak = weak_from_this()](beast::error_code error) {
      const auto self = weak.lock();
      if (!self || error)
        return;
      self->desk_->turned_away.count(refused::handshake_timeout);
      self->socket_.cancel(error);
    });
    read();
  }

private:
  enum class done : std::uint8_t { in, out };

  /// Goes on with `next` when the socket is ready. Nobody waits who has taken too long.
  template <class Next>
  void when_ready(tcp::socket::wait_type what, Next next) {
    socket_.async_wait(what, [self = shared_from_this(), next](beast::error_code error) {
      if (!error)
        next(*self);
    });
  }

  void read() {
    static thread_local std::vector<char> bytes(bytes_a_read);
    for (;;) {
      const auto outcome = stream_->read_some(bytes);
      if (stream_->holds_back())
        return when_ready(tcp::socket::wait_write, [](handshake& self) {
          if (self.stream_->write_some({}).state != io_state::failed)
            self.read();
        });
      if (outcome.state == io_state::would_block)
        return when_ready(tcp::socket::wait_read, [](handshake& self) { self.read(); });
      if (outcome.state == io_state::failed && tls_ != nullptr && tls_->met_plain_http())
        return say_that_this_is_tls();
      if (outcome.state == io_state::failed && tls_ != nullptr && !tls_->is_established())
        desk_->turned_away.count(refused::tls);
      if (outcome.state != io_state::moved)
        return; // nobody there any more, or nobody who speaks TLS
      asio::buffer_copy(buffer_.prepare(outcome.bytes), asio::buffer(bytes, outcome.bytes));
      buffer_.commit(outcome.bytes);
      if (is_parsed() || outcome.is_last)
        return;
    }
  }

  /// True when the request has been answered, or will be.
  bool is_parsed() {
    beast::error_code error;
    buffer_.consume(parser_.put(buffer_.data(), error));
    if (!error && !parser_.is_header_done()) // the first line alone
      buffer_.consume(parser_.put(buffer_.data(), error));
    if (error == http::error::need_more)
      return false;
    on_request(error);
    return true;
  }

  void on_request(beast::error_code error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      return refuse(http::status::request_header_fields_too_large, "The request head is too long.\n");
    if (error)
      return refuse(http::status::bad_request, "This is no HTTP request: " + error.message() + ".\n");
    const auto& request = parser_.get();
    if (!beast::websocket::is_upgrade(request))
      return refuse(http::status::upgrade_required,
                    "This is a WebSocket endpoint of mpac-cluster. Connect to " + std::string(scheme()) +
                        "://<host>:<port>/session/<session id> with a WebSocket client.\n");
    if (why_not_ && *why_not_ != refused::full)
      return answer(http::status::too_many_requests,
                    *why_not_ == refused::address_rate
                        ? "Your address opens connections too fast. Please try again later.\n"
                        : "Your address has as many connections as it may have. Please close some.\n");
    const bool is_page = request.count(http::field::origin) != 0;
    if (!why_not_ && is_page &&
        !is_welcome(page_fields_of(request, tls_ != nullptr, is_over_loopback(socket_)), options_->allowed_origins)) {
      desk_->turned_away.count(refused::origin);
      return answer(http::status::forbidden,
                    "This page is of another site: listen.allowed_origins of the hub does not name its origin.\n");
    }
    if (!why_not_)
      doorstep_.reset(); // it becomes the seat
    auto place = why_not_ ? nullptr : desk_->take_seat();
    if (!place) {
      if (!why_not_)
        desk_->turned_away.count(refused::full);
      return answer(http::status::service_unavailable, "The hub is full or closing. Please try again later.\n");
    }
    if (of_address_)
      place = std::make_shared<std::pair<seat, seat>>(std::move(place), std::move(of_address_));
    accept(std::move(place));
  }

  void refuse(http::status status, std::string text) {
    desk_->turned_away.count(refused::request);
    answer(status, std::move(text));
  }

  [[nodiscard]] std::string_view scheme() const { return tls_ != nullptr ? "wss" : "ws"; }

  void accept(seat place) {
    const auto& request = parser_.get();
    if (options_->compression)
      deflate_ = agree_on_deflate(from_beast(request[http::field::sec_websocket_extensions]));
    place_ = std::move(place);

    beast::error_code error;
    beast::websocket::stream<paper> upgrade(socket_.get_executor());
    upgrade.set_option(beast::websocket::stream_base::decorator([&](beast::websocket::response_type& response) {
      response.set(http::field::server, to_beast(server_name));
      if (deflate_ && response.result() == http::status::switching_protocols)
        response.set(http::field::sec_websocket_extensions, to_header(*deflate_));
    }));
    upgrade.accept(request, error); // Beast refuses a bad request itself, 400 or 426
    if (error)
      desk_->turned_away.count(refused::request);
    send(std::move(upgrade.next_layer().text), error ? done::out : done::in);
  }

  void hand_over() {
    auto guest = std::make_shared<newcomer>();
    if (tls_ != nullptr)
      guest->certificate = tls_->peer_certificate();
    let_go_of_socket();
    guest->stream = desk_->wrap ? desk_->wrap(std::move(stream_)) : std::move(stream_);
    guest->early_bytes = beast::buffers_to_string(buffer_.data());
    guest->target = std::string(parser_.get().target());
    guest->deflate = deflate_;
    guest->address = peer_;
    guest->place = std::move(place_);
    const std::size_t home = desk_->house.place(guest->target) % desk_->lanes.size();
    if (home == loop_)
      return desk_->lanes[home]->admit(std::move(*guest));
    desk_->threads.post(home, [lane = desk_->lanes[home], guest] { lane->admit(std::move(*guest)); });
  }

  [[nodiscard]] static std::string response_text(http::status status, std::string text) {
    http::response<http::string_body> response;
    response.result(status);
    response.version(11);
    response.set(http::field::server, to_beast(server_name));
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    if (status == http::status::upgrade_required) {
      response.set(http::field::upgrade, "websocket");
      response.set(http::field::sec_websocket_version, "13");
    }
    if (status == http::status::service_unavailable || status == http::status::too_many_requests)
      response.set(http::field::retry_after, "1");
    response.keep_alive(false);
    response.body() = std::move(text);
    response.prepare_payload();
    std::ostringstream out;
    out << response;
    return out.str();
  }

  void answer(http::status status, std::string text) { send(response_text(status, std::move(text)), done::out); }

  void say_that_this_is_tls() {
    desk_->turned_away.count(refused::tls);
    const auto text = response_text(http::status::bad_request,
                                    "This port speaks TLS. Connect to wss://<host>:<port>/session/<session id>.\n");
    (void)::send(stream_->descriptor(), text.data(), text.size(), MSG_NOSIGNAL);
  }

  void send(std::string text, done then) {
    leaving_ = std::move(text);
    then_ = then;
    write();
  }

  void write() {
    while (!leaving_.empty() || stream_->holds_back()) {
      const iovec piece{leaving_.data(), leaving_.size()};
      const auto outcome = stream_->write_some({&piece, leaving_.empty() ? 0u : 1u});
      if (outcome.state == io_state::would_block)
        return when_ready(tcp::socket::wait_write, [](handshake& self) { self.write(); });
      if (outcome.state != io_state::moved)
        return;
      leaving_.erase(0, outcome.bytes);
    }
    if (then_ == done::in)
      hand_over();
    else
      stream_->finish_sending();
  }

  void let_go_of_socket() {
    beast::error_code ignored;
    patience_.cancel();
    if (socket_.is_open() && stream_)
      (void)socket_.release(ignored);
  }

  const std::shared_ptr<reception> desk_;
  const std::size_t loop_;
  const std::shared_ptr<const listen_options> options_;
  std::unique_ptr<transport> stream_; // owns the socket, once it is there
  tls_transport* tls_ = nullptr;      // the same, if it is one
  tcp::socket socket_;                // waits for it
  asio::steady_timer patience_;
  const peer_address peer_;
  seat doorstep_;
  seat of_address_;
  const std::optional<refused> why_not_;
  beast::flat_buffer buffer_;
  http::request_parser<http::empty_body> parser_;
  std::optional<deflate_terms> deflate_;
  seat place_;
  std::string leaving_;
  done then_ = done::out;
};

} // namespace

reception::reception(loops& threads, doorkeeper& house, listen_options options, transport_wrapping wrap)
    : threads(threads), house(house), wrap(std::move(wrap)), lanes(make_lanes(threads, house, options)),
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

void shake_hands(std::shared_ptr<reception> desk, std::size_t loop, int socket, const sockaddr_storage& peer) {
  beast::error_code error;
  tcp::socket taken(desk->threads.context(loop));
  taken.assign(peer.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), socket, error);
  if (error) {
    ::close(socket);
    return;
  }
  taken.set_option(tcp::no_delay(true), error);
  const auto address = address_of(peer);
  const auto options = desk->options();
  std::optional<refused> why_not;
  auto judged = desk->addresses->arrives(address, options->by_address, base::now());
  if (judged.what == address_book::answer::too_often)
    why_not = refused::address_rate;
  else if (judged.what == address_book::answer::too_many)
    why_not = refused::address_connections;
  auto doorstep = why_not ? nullptr : desk->take_doorstep();
  if (!doorstep && !why_not)
    why_not = refused::full;
  if (why_not) {
    desk->turned_away.count(*why_not);
    // Saying so over TLS costs the signature that the limit is there to save.
    if (!(options->tls && why_not == refused::address_rate))
      doorstep = desk->take_refusal();
  }
  if (doorstep)
    std::make_shared<handshake>(std::move(desk), loop, std::move(taken), address, std::move(doorstep),
                                std::move(judged.place), why_not)
        ->begin();
}

} // namespace mpac::net
