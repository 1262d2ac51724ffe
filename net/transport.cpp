#include "net/transport.hpp"

#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

namespace mpac::net {

namespace {

io_outcome outcome_of(ssize_t moved) {
  if (moved > 0)
    return {io_state::moved, static_cast<std::size_t>(moved)};
  if (moved == 0)
    return {io_state::ended, 0};
  return {errno == EAGAIN || errno == EWOULDBLOCK ? io_state::would_block : io_state::failed, 0};
}

template <class Call>
ssize_t uninterrupted(Call call) {
  ssize_t moved;
  do
    moved = call();
  while (moved < 0 && errno == EINTR);
  return moved;
}

class tcp final : public transport {
public:
  explicit tcp(int socket) noexcept : socket_(socket) {}
  ~tcp() override { ::close(socket_); }
  tcp(const tcp&) = delete;
  tcp& operator=(const tcp&) = delete;

  io_outcome read_some(std::span<char> into) override {
    return outcome_of(uninterrupted([&] { return ::recv(socket_, into.data(), into.size(), 0); }));
  }

  io_outcome write_some(std::span<const iovec> pieces) override {
    if (pieces.empty())
      return {io_state::moved, 0}; // nothing is ever held back
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data()); // the system only reads it
    message.msg_iovlen = pieces.size();
    return outcome_of(uninterrupted([&] { return ::sendmsg(socket_, &message, MSG_NOSIGNAL); }));
  }

  void finish_sending() override { ::shutdown(socket_, SHUT_WR); }

  [[nodiscard]] int descriptor() const noexcept override { return socket_; }

private:
  int socket_;
};

} // namespace

std::unique_ptr<transport> plain_transport(int socket) {
  return std::make_unique<tcp>(socket);
}

} // namespace mpac::net
