#include "net/admin_session.hpp"

#include "net/admin_stream.hpp"
#include "net/request_fields.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <optional>

#include <sys/socket.h>
#include <unistd.h>

namespace mpac::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

namespace {

constexpr std::string_view this_is_tls = "HTTP/1.1 400 Bad Request\r\nServer: mpac-cluster\r\nConnection: close\r\n"
                                         "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 36\r\n\r\n"
                                         "This port speaks TLS: use https://.\n";

std::string_view from_beast(beast::string_view text) {
  return {text.data(), text.size()};
}

class session final : public std::enable_shared_from_this<session> {
public:
  session(std::shared_ptr<admin_desk> desk, tcp::socket socket)
      : desk_(std::move(desk)), stream_(std::move(socket), desk_->tls().get()), patience_(stream_.get_executor()) {
    ++desk_->sessions;
  }
  ~session() { --desk_->sessions; }
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  void begin() {
    if (!stream_.is_secure())
      return read();
    stream_.expires_after(desk_->options.request_timeout);
    stream_.async_handshake([self = shared_from_this()](beast::error_code error) {
      if (!error)
        return self->read();
      if (error.category() == asio::error::get_ssl_category() && ERR_GET_REASON(error.value()) == SSL_R_HTTP_REQUEST)
        asio::async_write(self->stream_.below(), asio::buffer(this_is_tls),
                          [self](beast::error_code, std::size_t) { self->stream_.close(); });
    });
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(desk_->options.header_bytes));
    parser_->body_limit(desk_->options.body_bytes);
    stream_.expires_after(desk_->options.request_timeout);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_request(error); });
  }

  /// Answers request number `turn`, unless that has been done. On the session's thread.
  void send(std::uint64_t turn, http_answer answer);
  void stream(std::uint64_t turn, http_answer head, piece_source next);
  void on_piece(std::optional<std::string> piece);
  /// A body cannot turn into an error any more: it ends short, without its last chunk.
  void cut_short();

  [[nodiscard]] auto executor() { return stream_.get_executor(); }

private:
  void on_request(beast::error_code error);
  void hand_over();
  /// Calls `late` when the house has taken request_timeout.
  template <class Late>
  void await_house(Late late);
  void refuse_and_end(unsigned status, std::string_view code, std::string_view message);
  [[nodiscard]] bool is_due(std::uint64_t turn);
  template <class Response>
  void fill_head(Response& response, const http_answer& answer) const;
  void on_written(beast::error_code error);
  void pull();
  void on_streamed(beast::error_code error, bool last);

  const std::shared_ptr<admin_desk> desk_;
  admin_stream stream_;
  asio::steady_timer patience_; // with the house
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  http::response<http::empty_body> head_;
  std::optional<http::response_serializer<http::empty_body>> head_writer_;
  piece_source next_piece_;
  std::string piece_;
  std::uint64_t turn_ = 0;
  unsigned version_ = 11;
  bool awaiting_ = false; // the house owes us an answer
  bool keep_alive_ = false;
  bool head_only_ = false;
};

/// Brings an action to a session's thread, from any other, if both are still there.
template <class Action>
void bring(admin_desk& desk, const std::weak_ptr<session>& to, Action action) {
  desk.while_open([&] {
    if (const auto here = to.lock())
      asio::post(here->executor(), [here, action = std::move(action)]() mutable { action(*here); });
  });
}

/// What the house holds of a request. Does not keep the session alive.
class session_reply final : public reply {
public:
  session_reply(std::shared_ptr<admin_desk> desk, std::weak_ptr<session> to, std::uint64_t turn)
      : desk_(std::move(desk)), to_(std::move(to)), turn_(turn) {}
  ~session_reply() override { // if nobody has answered
    session_reply::send(http_error(500, "INTERNAL_ERROR", "the request was not answered"));
  }
  session_reply(const session_reply&) = delete;
  session_reply& operator=(const session_reply&) = delete;

  void send(http_answer answer) override {
    if (!answered_.exchange(true))
      bring(*desk_, to_,
            [turn = turn_, answer = std::move(answer)](session& to) mutable { to.send(turn, std::move(answer)); });
  }

  void stream(http_answer head, piece_source next) override {
    if (!answered_.exchange(true))
      bring(*desk_, to_, [turn = turn_, head = std::move(head), next = std::move(next)](session& to) mutable {
        to.stream(turn, std::move(head), std::move(next));
      });
  }

private:
  const std::shared_ptr<admin_desk> desk_;
  const std::weak_ptr<session> to_;
  const std::uint64_t turn_;
  std::atomic<bool> answered_{false};
};

/// What the house's taker holds. Does not keep the session alive.
class piece_awaited {
public:
  piece_awaited(std::shared_ptr<admin_desk> desk, std::weak_ptr<session> to)
      : desk_(std::move(desk)), to_(std::move(to)) {}
  ~piece_awaited() { // if nobody has called the taker
    if (!taken_)
      bring(*desk_, to_, [](session& to) { to.cut_short(); });
  }
  piece_awaited(const piece_awaited&) = delete;
  piece_awaited& operator=(const piece_awaited&) = delete;

  void take(std::optional<std::string> piece) {
    if (!taken_.exchange(true))
      bring(*desk_, to_, [piece = std::move(piece)](session& to) mutable { to.on_piece(std::move(piece)); });
  }

private:
  const std::shared_ptr<admin_desk> desk_;
  const std::weak_ptr<session> to_;
  std::atomic<bool> taken_{false};
};

template <class Late>
void session::await_house(Late late) {
  patience_.expires_after(desk_->options.request_timeout);
  patience_.async_wait([self = shared_from_this(), late](beast::error_code error) { // keeps the session alive
    if (!error)
      late(*self);
  });
}

void session::on_request(beast::error_code error) {
  if (error == http::error::body_limit)
    return refuse_and_end(413, "PAYLOAD_TOO_LARGE", "the request body is too long");
  if (error == http::error::header_limit)
    return refuse_and_end(431, "HEADER_TOO_LARGE", "the request head is too long");
  if (error && error.category() == make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message)
    return refuse_and_end(400, "BAD_REQUEST", "this is no HTTP request: " + error.message());
  if (error)
    return; // gone, or idle for too long
  // A coding that the parser does not know has no body for it; whoever does know it, in between, sees another request.
  const bool is_chunked = parser_->chunked();
  const auto codings = parser_->get().equal_range(http::field::transfer_encoding);
  const auto count = std::distance(codings.first, codings.second);
  if (count > 1 || (count == 1 && !(is_chunked && beast::iequals(codings.first->value(), "chunked"))))
    return refuse_and_end(400, "BAD_REQUEST", "the only Transfer-Encoding that is read is chunked, said once");
  hand_over();
}

void session::hand_over() {
  auto message = parser_->release();
  parser_.reset();
  version_ = message.version();
  keep_alive_ = message.keep_alive();
  head_only_ = message.method() == http::verb::head;
  stream_.expires_never();
  ++turn_;
  awaiting_ = true;

  auto target = parse_target(from_beast(message.target()));
  if (!target)
    return send(turn_, http_error(400, "BAD_REQUEST", "the request target is broken"));
  boost::system::error_code unknown; // it may be gone
  const auto peer = stream_.below().socket().remote_endpoint(unknown);
  const auto address = unknown ? std::string() : peer.address().to_string();
  const shown_at_desk shown{target->path, address, field_of(message, http::field::authorization),
                            page_fields_of(message, stream_.is_secure(), is_over_loopback(stream_.below().socket()))};
  if (auto refusal = desk_->refusal_of(shown))
    return send(turn_, *std::move(refusal));

  http_request request;
  request.method = head_only_ ? "GET" : std::string(message.method_string());
  request.target = *std::move(target);
  for (const auto& field : message)
    request.headers.emplace_back(field.name_string(), field.value());
  request.body = std::move(message.body());
  if (!address.empty())
    request.peer = address + ':' + std::to_string(peer.port());

  await_house([turn = turn_](session& self) {
    self.send(turn, http_error(504, "TIMEOUT", "the request was not answered in time"));
  });
  desk_->house.handle(std::move(request), std::make_shared<session_reply>(desk_, weak_from_this(), turn_));
}

void session::refuse_and_end(unsigned status, std::string_view code, std::string_view message) {
  version_ = 11;
  keep_alive_ = false;
  head_only_ = false;
  awaiting_ = true;
  send(++turn_, http_error(status, code, message));
}

bool session::is_due(std::uint64_t turn) {
  if (!awaiting_ || turn != turn_)
    return false;
  awaiting_ = false;
  patience_.cancel();
  stream_.expires_after(desk_->options.request_timeout);
  return true;
}

template <class Response>
void session::fill_head(Response& response, const http_answer& answer) const {
  response.version(version_);
  response.result(answer.status);
  response.set(http::field::server, "mpac-cluster");
  response.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers)
    response.insert(name, value);
  response.keep_alive(keep_alive_);
}

void session::send(std::uint64_t turn, http_answer answer) {
  if (!is_due(turn))
    return;
  const auto written = [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_written(error); };
  if (head_only_) {
    head_ = {};
    fill_head(head_, answer);
    head_.content_length(answer.body.size());
    head_writer_.emplace(head_);
    return http::async_write_header(stream_, *head_writer_, written);
  }
  response_ = {};
  fill_head(response_, answer);
  response_.body() = std::move(answer.body);
  response_.prepare_payload();
  http::async_write(stream_, response_, written);
}

void session::on_written(beast::error_code error) {
  if (error)
    return;
  if (keep_alive_)
    return read();
  stream_.async_finish([self = shared_from_this()](beast::error_code) {});
}

void session::stream(std::uint64_t turn, http_answer head, piece_source next) {
  if (!is_due(turn))
    return;
  const bool chunked = version_ >= 11;
  keep_alive_ = keep_alive_ && chunked; // without chunks only the end of the connection ends a body
  next_piece_ = std::move(next);
  head_ = {};
  fill_head(head_, head);
  if (chunked)
    head_.chunked(true);
  head_writer_.emplace(head_);
  http::async_write_header(stream_, *head_writer_, [self = shared_from_this()](beast::error_code error, std::size_t) {
    if (self->head_only_ || error) {
      self->next_piece_ = nullptr;
      return self->on_written(error);
    }
    self->pull();
  });
}

void session::pull() {
  stream_.expires_never();
  await_house([](session& self) { self.cut_short(); });
  next_piece_([awaited = std::make_shared<piece_awaited>(desk_, weak_from_this())](std::optional<std::string> piece) {
    awaited->take(std::move(piece));
  });
}

void session::cut_short() {
  if (!next_piece_)
    return;
  next_piece_ = nullptr;
  patience_.cancel();
  stream_.close();
}

void session::on_piece(std::optional<std::string> piece) {
  if (!next_piece_)
    return;
  patience_.cancel();
  const bool last = !piece;
  piece_ = last ? std::string() : *std::move(piece);
  if (!last && piece_.empty()) // an empty chunk would end the body
    return pull();
  stream_.expires_after(desk_->options.request_timeout);
  const auto written = [self = shared_from_this(), last](beast::error_code error, std::size_t) {
    self->on_streamed(error, last);
  };
  if (version_ < 11) {
    if (last)
      return on_streamed({}, true);
    asio::async_write(stream_, asio::buffer(piece_), written);
  } else if (last) {
    asio::async_write(stream_, http::make_chunk_last(), written);
  } else {
    asio::async_write(stream_, http::make_chunk(asio::buffer(piece_)), written);
  }
}

void session::on_streamed(beast::error_code error, bool last) {
  if (!last && !error)
    return pull();
  next_piece_ = nullptr;
  on_written(error);
}

} // namespace

void serve_admin(std::shared_ptr<admin_desk> desk, asio::io_context& context, int socket) {
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&local), &size);
  tcp::socket taken(context);
  beast::error_code error;
  taken.assign(local.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), socket, error);
  if (error) {
    ::close(socket);
    return;
  }
  taken.set_option(tcp::no_delay(true), error);
  std::make_shared<session>(std::move(desk), std::move(taken))->begin();
}

} // namespace mpac::net
