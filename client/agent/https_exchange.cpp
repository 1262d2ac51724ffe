#include "client/agent/https_exchange.hpp"

#include "client/tls_terms.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

#include <algorithm>
#include <cctype>
#include <memory>
#include <optional>

namespace mpac::client::agent {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using clock = asio::steady_timer::clock_type;
using stage = http_failure::stage;
using outcome = base::result<http_reply, http_failure>;

constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);

base::failure<http_failure> failed_at(stage at, const std::string& doing, error_code why) {
  if (why == beast::error::timeout || why == asio::error::operation_aborted)
    return base::fail(http_failure{at == stage::connecting ? at : stage::timed_out, doing + ": not in time"});
  if (why == http::error::body_limit)
    return base::fail(http_failure{stage::too_long, doing + ": it is too long"});
  return base::fail(http_failure{at, doing + ": " + why.message()});
}

http_reply head_of(const http::fields& fields, unsigned status) {
  http_reply head;
  head.status = status;
  for (const auto& field : fields) {
    std::string name(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    head.headers.insert_or_assign(std::move(name), std::string(field.value()));
  }
  return head;
}

http::request<http::string_body> written(http_request what) {
  http::request<http::string_body> made{http::verb::post, what.to.path + what.path, 11};
  made.set(http::field::host, what.to.authority());
  made.set(http::field::connection, "close");
  for (const auto& [name, value] : what.headers)
    made.set(name, value);
  made.body() = std::move(what.body);
  made.prepare_payload();
  return made;
}

/// Asks on a stream that is open.
template <class Stream>
awaitable<outcome> exchanged(Stream& stream, http_request what, http_terms how, body_listener hears) {
  auto& wire = beast::get_lowest_layer(stream);
  const auto until = clock::now() + how.answer_timeout;
  const auto arm = [&] { wire.expires_at(std::min(until, clock::now() + how.longest_silence)); };
  const auto request = written(std::move(what));
  wire.expires_at(until);
  if (const auto [failed, size] = co_await http::async_write(stream, request, in_tuple); failed)
    co_return failed_at(stage::answering, "the request can't be sent", failed);

  beast::flat_buffer buffer;
  http::response_parser<http::string_body> reply;
  reply.body_limit(how.longest_answer);
  arm();
  if (const auto [failed, size] = co_await http::async_read_header(stream, buffer, reply, in_tuple); failed)
    co_return failed_at(stage::answering, "no answer", failed);
  auto head = head_of(reply.get().base(), reply.get().result_int());
  const bool is_told = hears && head.status == 200;
  for (;;) {
    if (is_told && !reply.get().body().empty()) {
      const auto piece = std::exchange(reply.get().body(), {});
      if (!hears(head, piece))
        break;
    }
    if (reply.is_done())
      break;
    arm();
    const auto [failed, size] = co_await http::async_read_some(stream, buffer, reply, in_tuple);
    // Whoever lets the end of the connection be the end of the body may forget TLS's goodbye: whether the answer is
    // whole its own form tells.
    if (failed == asio::ssl::error::stream_truncated && reply.need_eof())
      break;
    if (failed)
      co_return failed_at(stage::answering, "the answer breaks off", failed);
  }
  if (!is_told)
    head.body = std::move(reply.get().body());
  co_return outcome{boost::system::in_place_value, std::move(head)};
}

/// Finds the host and connects.
awaitable<base::result<void, http_failure>> connected(beast::tcp_stream& wire, const web_address& to,
                                                      base::duration within) {
  const auto on = wire.get_executor();
  const auto resolver = std::make_shared<tcp::resolver>(on);
  asio::steady_timer patience(on, within);
  patience.async_wait([resolver](error_code cancelled) {
    if (!cancelled)
      resolver->cancel();
  });
  const auto [unknown, places] = co_await resolver->async_resolve(to.host, to.port, in_tuple);
  patience.cancel();
  if (unknown)
    co_return failed_at(stage::connecting, "the host '" + to.host + "' can't be found", unknown);
  wire.expires_after(within);
  if (const auto [failed, place] = co_await wire.async_connect(places, in_tuple); failed)
    co_return failed_at(stage::connecting, "no connection to " + to.authority(), failed);
  error_code ignored;
  wire.socket().set_option(tcp::no_delay(true), ignored);
  co_return base::result<void, http_failure>{};
}

awaitable<outcome> encrypted(asio::any_io_executor on, http_request what, http_terms how, body_listener hears) {
  const tls_options trust{how.authorities, {}, {}, how.verify_server};
  auto terms = tls_terms(trust);
  if (!terms)
    co_return base::fail(http_failure{stage::connecting, std::move(terms.error())});
  beast::ssl_stream<beast::tcp_stream> stream(on, **terms);
  auto made = co_await connected(beast::get_lowest_layer(stream), what.to, how.connect_timeout);
  if (!made)
    co_return base::fail(std::move(made.error()));
  if (!expect_host(stream.native_handle(), what.to.host))
    co_return base::fail(http_failure{stage::connecting, "TLS: the host '" + what.to.host + "' can't be asked for"});
  if (const auto [refused] = co_await stream.async_handshake(asio::ssl::stream_base::client, in_tuple); refused)
    co_return failed_at(stage::connecting, "TLS with " + what.to.authority(), refused);
  co_return co_await exchanged(stream, std::move(what), std::move(how), std::move(hears));
}

awaitable<outcome> plain(asio::any_io_executor on, http_request what, http_terms how, body_listener hears) {
  beast::tcp_stream stream(on);
  auto made = co_await connected(stream, what.to, how.connect_timeout);
  if (!made)
    co_return base::fail(std::move(made.error()));
  co_return co_await exchanged(stream, std::move(what), std::move(how), std::move(hears));
}

} // namespace

std::string_view http_reply::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view{} : found->second;
}

awaitable<outcome> post(asio::any_io_executor on, http_request what, http_terms how, body_listener hears) {
  if (what.to.is_encrypted)
    co_return co_await encrypted(std::move(on), std::move(what), std::move(how), std::move(hears));
  co_return co_await plain(std::move(on), std::move(what), std::move(how), std::move(hears));
}

} // namespace mpac::client::agent
