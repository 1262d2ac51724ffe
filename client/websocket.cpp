#include "client/websocket.hpp"

#include "client/tls_terms.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <deque>
#include <utility>

namespace mpac::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);
/// A hub that says nothing for so long is asked whether it is there, and given up if it does not answer.
constexpr std::chrono::seconds longest_idle{60};
constexpr std::chrono::seconds longest_closing{5};

using plain_stream = beast::websocket::stream<beast::tcp_stream>;
using encrypted_stream = beast::websocket::stream<beast::ssl_stream<beast::tcp_stream>>;

/// A connection that is open, over either kind of stream.
template <class Stream>
class open_websocket final : public websocket, public std::enable_shared_from_this<open_websocket<Stream>> {
public:
  /// `keeps` outlives the stream: the terms of TLS.
  open_websocket(std::shared_ptr<asio::ssl::context> keeps, std::unique_ptr<Stream> stream)
      : keeps_(std::move(keeps)), stream_(std::move(stream)) {}

  awaitable<base::result<std::string, closing>> read() override {
    const auto self = this->shared_from_this();
    beast::flat_buffer buffer;
    const auto [failed, size] = co_await stream_->async_read(buffer, in_tuple);
    if (failed) {
      has_ended_ = true;
      co_return base::fail(reason_of(failed));
    }
    co_return base::result<std::string, closing>{boost::system::in_place_value,
                                                 beast::buffers_to_string(buffer.data())};
  }

  void write(std::string text) override {
    if (has_ended_ || is_closing_)
      return;
    queue_.push_back(std::move(text));
    start_writing();
  }

  void drop() override {
    has_ended_ = true;
    beast::get_lowest_layer(*stream_).close();
  }

  void close() override {
    if (has_ended_ || std::exchange(is_closing_, true))
      return;
    start_writing();
  }

private:
  closing reason_of(error_code failed) const {
    const auto& said = stream_->reason();
    if (said.code != beast::websocket::close_code::none)
      return {said.code, said.reason.empty() ? "the hub closed the connection"
                                             : std::string(said.reason.data(), said.reason.size())};
    return {1006, failed.message()};
  }

  /// The reader tells why, once it has read what came before the end: such as the hub's close frame.
  void end_writing() {
    queue_.clear();
    has_ended_ = true;
    if (is_closing_)
      drop();
  }

  void start_writing() {
    if (std::exchange(is_writing_, true))
      return;
    asio::co_spawn(
        stream_->get_executor(), [self = this->shared_from_this()] { return self->write_all(); }, asio::detached);
  }

  awaitable<void> write_all() {
    while (!queue_.empty() && !has_ended_) {
      const auto text = std::move(queue_.front());
      queue_.pop_front();
      const auto [failed, size] = co_await stream_->async_write(asio::buffer(text), in_tuple);
      if (failed)
        end_writing();
    }
    is_writing_ = false;
    if (!is_closing_ || has_ended_)
      co_return;
    is_writing_ = true; // nothing goes after the close frame
    asio::steady_timer patience(stream_->get_executor(), longest_closing);
    patience.async_wait([self = this->shared_from_this()](error_code cancelled) {
      if (!cancelled)
        self->drop();
    });
    co_await stream_->async_close(beast::websocket::close_code::normal, in_tuple);
    patience.cancel();
    drop();
  }

  std::shared_ptr<asio::ssl::context> keeps_;
  std::unique_ptr<Stream> stream_;
  std::deque<std::string> queue_;
  bool is_writing_ = false, is_closing_ = false, has_ended_ = false;
};

/// What is under way while a connection is made, so that it can be given up.
struct attempt {
  explicit attempt(asio::any_io_executor on) : resolver(on), patience(on) {}

  tcp::resolver resolver;
  asio::steady_timer patience;
  beast::tcp_stream* stream = nullptr;
  bool is_over = false;

  std::string told(const char* doing, error_code failed) const {
    return std::string(doing) + ": " + (is_over ? "no answer in time" : failed.message());
  }
};

template <class Stream>
awaitable<base::result<std::shared_ptr<websocket>, std::string>>
upgraded(std::shared_ptr<asio::ssl::context> terms, std::unique_ptr<Stream> stream, address to, options how,
         std::shared_ptr<attempt> trying) {
  stream->set_option(beast::websocket::stream_base::timeout{how.connect_timeout, longest_idle, true});
  stream->set_option(beast::websocket::stream_base::decorator([&](beast::websocket::request_type& request) {
    for (const auto& [name, value] : how.headers)
      request.insert(name, value);
  }));
  stream->read_message_max(how.longest_frame);
  stream->text(true);
  const auto [failed] = co_await stream->async_handshake(to.authority(), to.target, in_tuple);
  trying->stream = nullptr;
  trying->patience.cancel();
  if (failed)
    co_return base::fail(trying->told("the upgrade to a WebSocket failed", failed));
  co_return base::result<std::shared_ptr<websocket>, std::string>{
      boost::system::in_place_value, std::make_shared<open_websocket<Stream>>(std::move(terms), std::move(stream))};
}

awaitable<base::result<void, std::string>> connected(beast::tcp_stream& stream, const address& to,
                                                     const std::shared_ptr<attempt>& trying) {
  trying->stream = &stream;
  const auto [unknown, places] = co_await trying->resolver.async_resolve(to.host, to.port, in_tuple);
  if (unknown)
    co_return base::fail(trying->told("the host can't be found", unknown));
  if (trying->is_over)
    co_return base::fail(trying->told("no connection", unknown));
  const auto [failed, place] = co_await stream.async_connect(places, in_tuple);
  if (failed)
    co_return base::fail(trying->told("no connection", failed));
  error_code ignored;
  stream.socket().set_option(tcp::no_delay(true), ignored);
  co_return base::result<void, std::string>{};
}

awaitable<base::result<std::shared_ptr<websocket>, std::string>>
encrypted(asio::any_io_executor on, address to, options how, std::shared_ptr<attempt> trying) {
  auto terms = tls_terms(how.tls);
  if (!terms)
    co_return base::fail(std::move(terms.error()));
  auto stream = std::make_unique<encrypted_stream>(on, **terms);
  auto made = co_await connected(beast::get_lowest_layer(*stream), to, trying);
  if (!made)
    co_return base::fail(std::move(made.error()));
  auto& tls = stream->next_layer();
  if (!expect_host(tls.native_handle(), to.host))
    co_return base::fail("TLS: the host '" + to.host + "' can't be asked for");
  const auto [failed] = co_await tls.async_handshake(asio::ssl::stream_base::client, in_tuple);
  if (failed)
    co_return base::fail(trying->told("TLS", failed));
  co_return co_await upgraded(std::move(*terms), std::move(stream), std::move(to), std::move(how), std::move(trying));
}

awaitable<base::result<std::shared_ptr<websocket>, std::string>>
unencrypted(asio::any_io_executor on, address to, options how, std::shared_ptr<attempt> trying) {
  auto stream = std::make_unique<plain_stream>(on);
  auto made = co_await connected(beast::get_lowest_layer(*stream), to, trying);
  if (!made)
    co_return base::fail(std::move(made.error()));
  co_return co_await upgraded<plain_stream>({}, std::move(stream), std::move(to), std::move(how), std::move(trying));
}

} // namespace

awaitable<base::result<std::shared_ptr<websocket>, std::string>> websocket::open(asio::any_io_executor on, address to,
                                                                                 options how) {
  auto trying = std::make_shared<attempt>(on);
  trying->patience.expires_after(how.connect_timeout);
  trying->patience.async_wait([trying](error_code cancelled) {
    if (cancelled)
      return;
    trying->is_over = true;
    trying->resolver.cancel();
    if (trying->stream)
      trying->stream->close();
  });
  base::result<std::shared_ptr<websocket>, std::string> made = base::fail(std::string());
  if (to.is_encrypted)
    made = co_await encrypted(on, to, std::move(how), trying);
  else
    made = co_await unencrypted(on, to, std::move(how), trying);
  trying->stream = nullptr;
  trying->patience.cancel();
  co_return made;
}

} // namespace mpac::client
