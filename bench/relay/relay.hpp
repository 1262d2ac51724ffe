// The yardsticks: three servers that relay every text frame unparsed to all connections of its session.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <memory>

namespace mpac::bench::relay {

class turns;

/// All relays run on one io_context and one thread, so the executor is named and nothing is type-erased.
using socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using request = boost::beast::http::request<boost::beast::http::string_body>;

/// A client that has asked for an upgrade: its socket, its request, and the bytes that came behind it.
struct arrival {
  socket peer;
  request wants;
  boost::beast::flat_buffer behind;
};

/// What becomes of arrivals.
class server {
public:
  virtual ~server() = default;
  virtual void welcome(arrival who) = 0;
};

/// Beast's websocket::stream on the bare socket: one async_read, frame-by-frame async_write.
std::unique_ptr<server> make_plain();
/// The same code on a stream layer that gathers writes until the end of the turn and reads all that arrived.
std::unique_ptr<server> make_corking(turns& loop);
/// Beast's handshake, then prebuilt frames: one sendmsg for all that a turn queued, one recv for all that arrived.
std::unique_ptr<server> make_batching(turns& loop);

} // namespace mpac::bench::relay
