#include "net/listener.hpp"

#include "net/handshake.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

namespace mpac::net {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

namespace {

constexpr int system_queue = 4096;
// When the process has no descriptor left, the queue stays readable; it is looked at again after this.
constexpr auto pause_when_short = std::chrono::milliseconds{100};

bool short_of_something(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

} // namespace

struct listener::impl : std::enable_shared_from_this<impl> {
  impl(loops& threads, doorkeeper& house, listen_options options, transport_wrapping wrap)
      : desk(std::make_shared<reception>(threads, house, std::move(options), std::move(wrap))),
        acceptor(threads.context(0)), pause(threads.context(0)), deadline(threads.context(0)) {}

  void await_peer();
  void accept_peer();
  void closed_all(const std::function<void()>& done);

  std::shared_ptr<reception> desk;
  // Used on loop 0 once open.
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  asio::steady_timer deadline;
  std::size_t next_loop = 0;
  std::atomic<bool> told_closed{false};
};

void listener::impl::await_peer() {
  acceptor.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    if (!error)
      self->accept_peer();
  });
}

// One at a time: a full queue keeps nobody inside waiting.
void listener::impl::accept_peer() {
  if (!acceptor.is_open())
    return;
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int socket =
      ::accept4(acceptor.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket < 0 && short_of_something(errno)) {
    pause.expires_after(pause_when_short);
    pause.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error && self->acceptor.is_open())
        self->await_peer();
    });
    return;
  }
  await_peer();
  if (socket < 0)
    return;
  const std::size_t loop = next_loop++ % desk->threads.count();
  if (loop == 0)
    shake_hands(desk, loop, socket, peer);
  else
    desk->threads.post(loop, [desk = desk, loop, socket, peer] { shake_hands(desk, loop, socket, peer); });
}

listener::listener(loops& threads, doorkeeper& house, listen_options options, transport_wrapping wrap)
    : impl_(std::make_shared<impl>(threads, house, std::move(options), std::move(wrap))) {}

listener::~listener() {
  impl_->desk->close_door();
  stop_accepting();
  for (std::size_t i = 0; i < impl_->desk->lanes.size(); ++i)
    impl_->desk->threads.post(i, [lane = impl_->desk->lanes[i]] { lane->drop_all(); });
}

base::result<std::uint16_t, std::string> listener::open() {
  const auto options = impl_->desk->options();
  auto& acceptor = impl_->acceptor;
  boost::system::error_code error;
  const auto refuse = [&](const boost::system::error_code& why) {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    return base::fail("cannot listen on " + options->address + " port " + std::to_string(options->port) + ": " +
                      why.message());
  };
  tcp::resolver resolver(acceptor.get_executor());
  const auto found = resolver.resolve(options->address, std::to_string(options->port), tcp::resolver::passive, error);
  if (error || found.empty())
    return refuse(error);
  const tcp::endpoint where = found.begin()->endpoint();
  acceptor.open(where.protocol(), error);
  if (!error)
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error)
    acceptor.bind(where, error);
  if (!error)
    acceptor.listen(system_queue, error);
  if (!error)
    acceptor.native_non_blocking(true, error);
  if (error)
    return refuse(error);
  const std::uint16_t port = acceptor.local_endpoint().port();
  impl_->desk->threads.post(0, [self = impl_] {
    if (self->acceptor.is_open())
      self->await_peer();
  });
  return port;
}

void listener::change(const listen_options& options) {
  impl_->desk->change(options);
  for (std::size_t i = 0; i < impl_->desk->lanes.size(); ++i)
    impl_->desk->threads.post(i, [lane = impl_->desk->lanes[i], options] { lane->change(options); });
}

void listener::stop_accepting() {
  impl_->desk->threads.post(0, [self = impl_] {
    boost::system::error_code ignored;
    self->acceptor.close(ignored);
    self->pause.cancel();
  });
}

void listener::close_all(close_code code, std::string reason, base::duration deadline, std::function<void()> done) {
  auto& desk = *impl_->desk;
  desk.close_door();
  stop_accepting();
  for (std::size_t i = 0; i < desk.lanes.size(); ++i)
    desk.threads.post(i, [lane = desk.lanes[i], code, reason] { lane->close_all(code, reason); });
  desk.threads.post(0, [self = impl_, deadline, done = std::move(done)] {
    self->deadline.expires_after(deadline);
    self->deadline.async_wait([self, done](const boost::system::error_code& error) {
      if (error)
        return;
      const auto left = std::make_shared<std::atomic<std::size_t>>(self->desk->lanes.size());
      for (std::size_t i = 0; i < self->desk->lanes.size(); ++i)
        self->desk->threads.post(i, [self, i, left, done] {
          self->desk->lanes[i]->drop_all();
          if (left->fetch_sub(1) == 1)
            self->closed_all(done);
        });
    });
    self->desk->when_empty([self, done] { self->desk->threads.post(0, [self, done] { self->closed_all(done); }); });
  });
}

void listener::impl::closed_all(const std::function<void()>& done) {
  if (told_closed.exchange(true))
    return;
  desk->threads.post(0, [self = shared_from_this()] { self->deadline.cancel(); });
  if (done)
    done();
}

std::size_t listener::connections() const {
  return impl_->desk->seats_taken();
}

refusal_figures listener::refusals() const {
  return impl_->desk->turned_away.read();
}

traffic_figures listener::traffic() const {
  traffic_figures sum;
  for (const auto& lane : impl_->desk->lanes)
    sum += lane->figures();
  return sum;
}

} // namespace mpac::net
