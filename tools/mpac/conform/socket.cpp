#include "tools/mpac/conform/socket.hpp"

#include "client/tls_terms.hpp"
#include "tools/mpac/tls_trust.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <deque>
#include <optional>
#include <type_traits>

namespace mpac::tools::conform {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

/// A coordinator that sends more than this is not listened to any more.
constexpr std::size_t most_messages = 100'000;
constexpr std::size_t longest_message = 16 * 1024 * 1024;
constexpr std::string_view flooded = "it sent more messages than anybody could have asked for";

} // namespace

struct road::impl {
  asio::io_context io{1};
};

road::road() : impl_(std::make_unique<impl>()) {}
road::~road() = default;

bool road::wait_until(const std::function<bool()>& is_there, deadline end) {
  auto& io = impl_->io;
  while (!is_there()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    io.restart();
    if (io.run_one_until(end) == 0 && !is_there()) {
      // Either the time is over, or nothing is left that could ever happen.
      return false;
    }
  }
  return true;
}

namespace {

/// Lives as long as something is under way in it, whoever has let go of the socket.
template <class Stream>
class line : public std::enable_shared_from_this<line<Stream>> {
public:
  template <class... More>
  explicit line(asio::io_context& io, More&... more) : resolver(io), stream(io, more...) {}

  void open(const net::web_url& at) {
    target_ = at;
    resolver.async_resolve(at.host, at.port, then("resolve", [this](const tcp::resolver::results_type& found) {
                             beast::get_lowest_layer(stream).async_connect(found,
                                                                           then("connect", [this] { encrypt(); }));
                           }));
  }

  void send(std::string text) {
    outgoing_.push_back(std::move(text));
    if (outgoing_.size() == 1)
      write();
  }

  void drop() { beast::get_lowest_layer(stream).close(); }

  tcp::resolver resolver;
  websocket::stream<Stream> stream;
  std::vector<raw_message> heard;
  std::optional<ending> ended;
  bool is_open = false;

private:
  template <class Step>
  auto then(const char* doing, Step step) {
    return [self = this->shared_from_this(), doing, step](error_code failed, auto&&... more) {
      if (failed)
        self->end(doing, failed);
      else if constexpr (std::is_invocable_v<Step, decltype(more)...>)
        step(more...);
      else
        step();
    };
  }

  void encrypt() {
    if constexpr (std::is_same_v<Stream, beast::tcp_stream>) {
      shake();
    } else {
      stream.next_layer().async_handshake(asio::ssl::stream_base::client, then("TLS", [this] { shake(); }));
    }
  }

  void shake() {
    stream.read_message_max(longest_message);
    stream.async_handshake(target_.authority, target_.target, then("the WebSocket handshake", [this] {
                             is_open = true;
                             read();
                           }));
  }

  void read() {
    stream.async_read(buffer_, then("read", [this] {
                        heard.push_back({beast::buffers_to_string(buffer_.data()), stream.got_text()});
                        buffer_.consume(buffer_.size());
                        if (heard.size() < most_messages)
                          return read();
                        ended = ending{0, std::string(flooded)};
                        drop();
                      }));
  }

  void write() {
    stream.text(true);
    stream.async_write(asio::buffer(outgoing_.front()),
                       [self = this->shared_from_this()](error_code failed, std::size_t) {
                         self->outgoing_.pop_front();
                         if (failed)
                           self->outgoing_.clear(); // why it ended the reader is told
                         else if (!self->outgoing_.empty())
                           self->write();
                       });
  }

  void end(const char* doing, error_code why) {
    if (ended)
      return;
    // A close frame counts, even if the connection breaks before the farewell is over.
    if (why == websocket::error::closed || stream.reason().code != websocket::close_code::none)
      ended = ending{stream.reason().code, std::string(stream.reason().reason.c_str())};
    else
      ended = ending{0, std::string(doing) + ": " + why.message()};
  }

  net::web_url target_;
  beast::flat_buffer buffer_;
  std::deque<std::string> outgoing_; ///< the first one is being written
};

template <class Stream>
class line_holder final : public socket {
public:
  explicit line_holder(std::shared_ptr<line<Stream>> of, std::shared_ptr<asio::ssl::context> encryption)
      : encryption_(std::move(encryption)), line_(std::move(of)) {}
  ~line_holder() override { line_->drop(); }

  const std::vector<raw_message>& heard() const override { return line_->heard; }
  const ending* ended() const override { return line_->ended ? &*line_->ended : nullptr; }
  void send(std::string text) override {
    if (!line_->ended)
      line_->send(std::move(text));
  }
  void drop() override { line_->drop(); }

private:
  std::shared_ptr<asio::ssl::context> encryption_;
  std::shared_ptr<line<Stream>> line_;
};

template <class Stream>
base::result<std::unique_ptr<socket>, std::string> opened(road& on, const socket_terms& to, deadline end,
                                                          std::shared_ptr<line<Stream>> made,
                                                          std::shared_ptr<asio::ssl::context> encryption) {
  made->open(to.at);
  on.wait_until([&] { return made->is_open || made->ended; }, end);
  if (made->is_open)
    return std::unique_ptr<socket>(std::make_unique<line_holder<Stream>>(std::move(made), std::move(encryption)));
  made->drop();
  made->resolver.cancel();
  return base::fail("can't connect to " + to.at.authority + to.at.target + ": " +
                    (made->ended ? made->ended->reason : std::string("no answer in time")));
}

} // namespace

base::result<std::unique_ptr<socket>, std::string> open_socket(road& on, const socket_terms& to, deadline end) {
  auto& io = on.inside().io;
  if (!to.at.is_encrypted)
    return opened(on, to, end, std::make_shared<line<beast::tcp_stream>>(io), nullptr);
  auto trust = tls_trust(to.ca_file);
  if (!trust)
    return base::fail(trust.error());
  using encrypted = beast::ssl_stream<beast::tcp_stream>;
  auto made = std::make_shared<line<encrypted>>(io, **trust);
  if (!client::expect_host(made->stream.next_layer().native_handle(), to.at.host))
    return base::fail("TLS: the host '" + to.at.host + "' can't be asked for");
  return opened(on, to, end, std::move(made), *trust);
}

} // namespace mpac::tools::conform
