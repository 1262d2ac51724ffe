#include "tools/mpac/http_client.hpp"

#include "client/tls_terms.hpp"
#include "tools/mpac/tls_trust.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <array>
#include <exception>

namespace mpac::tools {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t longest_kept = 64 * 1024 * 1024;

/// Sends the request and hears the answer over whichever stream is open.
template <class Stream>
asio::awaitable<http_reply> talk(Stream& over, const http_order& what,
                                 const std::function<void(std::string_view)>& piece) {
  http::request<http::empty_body> request{http::string_to_verb(what.method), what.target, 11};
  request.set(http::field::host, what.server.authority);
  request.set(http::field::user_agent, "mpac");
  request.set(http::field::accept, "application/json");
  if (!what.token.empty())
    request.set(http::field::authorization, "Bearer " + what.token);
  request.keep_alive(false);
  auto& lowest = beast::get_lowest_layer(over);
  lowest.expires_after(what.patience);
  co_await http::async_write(over, request, use_awaitable);

  beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  lowest.expires_after(what.patience);
  co_await http::async_read_header(over, buffer, parser, use_awaitable);
  http_reply reply{parser.get().result_int(), {}};
  std::array<char, 64 * 1024> room;
  while (!parser.is_done()) {
    auto& body = parser.get().body();
    body.data = room.data();
    body.size = room.size();
    lowest.expires_after(what.patience);
    error_code failed;
    co_await http::async_read_some(over, buffer, parser, asio::redirect_error(use_awaitable, failed));
    if (failed && failed != http::error::need_buffer)
      throw beast::system_error(failed == http::error::partial_message || failed == asio::error::eof
                                    ? error_code(http::error::partial_message)
                                    : failed);
    const std::string_view came(room.data(), room.size() - body.size);
    if (piece && reply.status == 200)
      piece(came);
    else if (reply.body.size() + came.size() > longest_kept)
      throw beast::system_error(http::error::body_limit);
    else
      reply.body += came;
  }
  co_return reply;
}

asio::awaitable<http_reply> converse(const http_order& what, const std::function<void(std::string_view)>& piece,
                                     asio::ssl::context* encryption) {
  const auto here = co_await asio::this_coro::executor;
  tcp::resolver resolver(here);
  const auto found = co_await resolver.async_resolve(what.server.host, what.server.port, use_awaitable);
  if (!encryption) {
    beast::tcp_stream plain(here);
    plain.expires_after(what.patience);
    co_await plain.async_connect(found, use_awaitable);
    co_return co_await talk(plain, what, piece);
  }
  beast::ssl_stream<beast::tcp_stream> encrypted(here, *encryption);
  if (!client::expect_host(encrypted.native_handle(), what.server.host))
    throw boost::system::system_error(make_error_code(boost::system::errc::invalid_argument));
  beast::get_lowest_layer(encrypted).expires_after(what.patience);
  co_await beast::get_lowest_layer(encrypted).async_connect(found, use_awaitable);
  co_await encrypted.async_handshake(asio::ssl::stream_base::client, use_awaitable);
  co_return co_await talk(encrypted, what, piece);
}

} // namespace

base::result<http_reply, http_failure> ask(const http_order& what, const std::function<void(std::string_view)>& piece) {
  std::shared_ptr<asio::ssl::context> encryption;
  if (what.server.is_encrypted) {
    auto trust = tls_trust(what.ca_file);
    if (!trust)
      return base::fail(http_failure{exit_code::misused, trust.error()});
    encryption = *std::move(trust);
  }
  asio::io_context io{1};
  base::result<http_reply, http_failure> answer = base::fail(http_failure{});
  asio::co_spawn(io, converse(what, piece, encryption.get()), [&](const std::exception_ptr& failed, http_reply reply) {
    if (!failed) {
      answer = std::move(reply);
      return;
    }
    try {
      std::rethrow_exception(failed);
    } catch (const boost::system::system_error& why) {
      const auto& code = why.code();
      if (code == http::error::partial_message)
        answer = base::fail(
            http_failure{exit_code::bad, "the answer of " + what.server.authority + " broke off before it was whole"});
      else if (code == beast::error::timeout)
        answer = base::fail(http_failure{exit_code::unreachable, what.server.authority + " did not answer in time"});
      else
        answer = base::fail(
            http_failure{exit_code::unreachable, "can't ask " + what.server.authority + ": " + code.message()});
    }
  });
  io.run();
  return answer;
}

} // namespace mpac::tools
