#include "net/admin_listener.hpp"

#include "net/admin_session.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <thread>

namespace mpac::net {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {
// After a failed accept, most likely for want of descriptors.
constexpr auto pause_after_failure = std::chrono::milliseconds{100};
} // namespace

struct admin_listener::impl {
  impl(http_house& house, admin_options options) : desk(std::make_shared<admin_desk>(house, std::move(options))) {}

  void accept();

  std::shared_ptr<admin_desk> desk;
  asio::io_context context{1};
  tcp::acceptor acceptor{context};
  asio::steady_timer pause{context};
  std::thread thread;
};

void admin_listener::impl::accept() {
  acceptor.async_accept([this](boost::system::error_code error, tcp::socket peer) {
    if (!acceptor.is_open())
      return;
    if (error) {
      pause.expires_after(pause_after_failure);
      pause.async_wait([this](boost::system::error_code cancelled) {
        if (!cancelled)
          accept();
      });
      return;
    }
    if (desk->sessions < desk->options.connections) {
      const int socket = peer.release(error);
      if (!error)
        serve_admin(desk, context, socket);
    } else {
      const auto from = peer.remote_endpoint(error);
      desk->note_refused(admin_refused::connections, error ? std::string() : from.address().to_string());
    }
    accept();
  });
}

admin_listener::admin_listener(http_house& house, admin_options options)
    : impl_(std::make_unique<impl>(house, std::move(options))) {}

admin_listener::~admin_listener() {
  stop();
}

base::result<std::uint16_t, std::string> admin_listener::open() {
  auto& acceptor = impl_->acceptor;
  const auto& options = impl_->desk->options;
  boost::system::error_code error;
  tcp::resolver resolver(impl_->context);
  const auto found = resolver.resolve(options.address, std::to_string(options.port), tcp::resolver::passive, error);
  if (!error)
    acceptor.open(found.begin()->endpoint().protocol(), error);
  if (!error)
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error)
    acceptor.bind(found.begin()->endpoint(), error);
  if (!error)
    acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    return base::fail("cannot listen on " + options.address + " port " + std::to_string(options.port) + ": " +
                      error.message());
  }
  const std::uint16_t port = acceptor.local_endpoint().port();
  impl_->accept();
  impl_->thread = std::thread([state = impl_.get()] { state->context.run(); });
  return port;
}

void admin_listener::change_token(std::string token) {
  impl_->desk->change_token(std::move(token));
}

void admin_listener::change_tls(std::shared_ptr<const tls_context> tls) {
  impl_->desk->change_tls(std::move(tls));
}

void admin_listener::stop() {
  impl_->desk->close();
  impl_->context.stop();
  if (impl_->thread.joinable())
    impl_->thread.join();
}

} // namespace mpac::net
