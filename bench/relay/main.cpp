// relay: what a hub would cost that did nothing but relay. See bench/README.md.
#include "bench/open_files.hpp"
#include "bench/relay/relay.hpp"
#include "bench/relay/turns.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <cstdint>
#include <cstdio>
#include <iostream>

namespace {

using namespace mpac::bench;
namespace asio = boost::asio;
namespace beast = boost::beast;
using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

void read_request(std::shared_ptr<relay::arrival> who, relay::server& server) {
  auto& arrival = *who;
  beast::http::async_read(arrival.peer, arrival.behind, arrival.wants,
                          [who = std::move(who), &server](beast::error_code ec, std::size_t) {
                            if (!ec && beast::websocket::is_upgrade(who->wants))
                              server.welcome(std::move(*who));
                          });
}

void accept(acceptor& door, relay::server& server) {
  door.async_accept([&door, &server](beast::error_code ec, relay::socket peer) {
    if (ec == asio::error::operation_aborted)
      return;
    if (!ec) {
      peer.set_option(asio::ip::tcp::no_delay(true), ec);
      read_request(std::make_shared<relay::arrival>(relay::arrival{std::move(peer), {}, {}}), server);
    }
    accept(door, server);
  });
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app("Relays every text frame unparsed to all connections of its session, the sender included.");
  bool plain = false;
  bool corking = false;
  bool batching = false;
  std::uint16_t port = 8765;
  auto* modes = app.add_option_group("mode")->require_option(1);
  modes->add_flag("--plain", plain, "Beast's websocket::stream, frame by frame");
  modes->add_flag("--corking", corking, "Beast's websocket::stream over a layer that gathers a turn's writes");
  modes->add_flag("--batching", batching, "Prebuilt frames, a turn's output in one system call");
  app.add_option("--port", port, "TCP port on 127.0.0.1; 0 = any free one, printed as JSON")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  raise_open_files();

  try {
    asio::io_context context(1);
    relay::turns loop(context);
    const auto server = plain ? relay::make_plain() : corking ? relay::make_corking(loop) : relay::make_batching(loop);
    acceptor door(context, {asio::ip::address_v4::loopback(), port});
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](beast::error_code, int) { context.stop(); });
    accept(door, *server);
    std::cout << "{\"port\":" << door.local_endpoint().port() << "}" << std::endl;
    if (plain)
      context.run(); // the yardstick runs as any Asio server would
    else
      loop.run();
  } catch (const std::exception& error) {
    std::cerr << "relay: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
