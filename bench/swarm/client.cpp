#include "bench/swarm/client.hpp"

#include "bench/swarm/framing.hpp"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mpac::bench::swarm {
namespace {

// The example of RFC 6455 1.3: the answer to a fixed key is fixed.
constexpr std::string_view upgrade_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view upgrade_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

constexpr std::uint16_t no_code = 1005;
constexpr std::uint16_t broken = 1006;

} // namespace

client::~client() {
  let_go();
}

void client::let_go() {
  if (secure_)
    secure_.reset();
  else if (socket_ >= 0)
    ::close(socket_);
  socket_ = -1;
}

void client::connect(const target& to, std::string_view path) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0)
    return end(broken, std::strerror(errno));
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  state_ = state::connecting;
  out_.append("GET ").append(path).append(" HTTP/1.1\r\nHost: ").append(to.host);
  out_.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
  out_.append(upgrade_key).append("\r\n\r\n");
  const auto* address = reinterpret_cast<const sockaddr*>(&to.address);
  if (::connect(socket_, address, sizeof to.address) != 0 && errno != EINPROGRESS)
    return end(broken, std::strerror(errno));
  if (to.tls)
    secure_ = net::tls_client(socket_, to.tls, to.name);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.ptr = this;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_, &event);
}

void client::ready(std::uint32_t events) {
  if (state_ == state::closed)
    return;
  if (state_ == state::connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
      return end(broken, std::strerror(error));
    state_ = state::upgrading;
    watch(EPOLLIN);
    if (secure_)
      return receive(); // which begins the handshake
    flush();
  } else if (blocked_ && (events & EPOLLOUT) != 0) {
    blocked_ = false;
    watch(EPOLLIN);
    flush();
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && state_ != state::closed)
    receive();
}

void client::write(std::string_view text) {
  key_ ^= key_ << 13, key_ ^= key_ >> 17, key_ ^= key_ << 5; // xorshift: a new key for each frame
  append_client_header(out_, opcode::text, text.size(), key_);
  const std::size_t at = out_.size();
  out_.resize(at + text.size());
  copy_masked(out_.data() + at, text.data(), text.size(), key_);
  if (!std::exchange(asked_, true))
    wants_flush();
}

void client::flush() {
  asked_ = false;
  if (blocked_ || out_.empty() || socket_ < 0 || state_ == state::connecting)
    return;
  if (secure_)
    return flush_securely();
  const auto sent = ::send(socket_, out_.data(), out_.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN)
    return; // the broken connection shows itself when read
  if (sent > 0)
    out_.erase(0, static_cast<std::size_t>(sent));
  if (!out_.empty()) {
    blocked_ = true;
    watch(EPOLLIN | EPOLLOUT);
  }
}

void client::flush_securely() {
  if (!secure_->is_established() && !secure_->holds_back())
    return;
  std::size_t sent = 0;
  while ((secure_->is_established() && sent < out_.size()) || secure_->holds_back()) {
    const iovec piece{out_.data() + sent, out_.size() - sent};
    const auto outcome = secure_->write_some({&piece, secure_->is_established() && piece.iov_len != 0 ? 1u : 0u});
    if (outcome.state == net::io_state::would_block)
      break;
    if (outcome.state != net::io_state::moved)
      return; // the broken connection shows itself when read
    sent += outcome.bytes;
  }
  out_.erase(0, sent);
  if (secure_->holds_back() || (secure_->is_established() && !out_.empty())) {
    blocked_ = true;
    watch(EPOLLIN | EPOLLOUT);
  }
}

void client::leave() {
  if (state_ == state::open) {
    answer(static_cast<std::uint8_t>(opcode::close), {"\x03\xe8", 2}); // 1000
    flush();
  }
  let_go();
  state_ = state::closed;
}

void client::receive() {
  static thread_local std::array<char, 262144> scratch;
  if (secure_)
    return receive_securely(scratch);
  const auto got = ::recv(socket_, scratch.data(), scratch.size(), 0);
  if (got < 0 && errno == EAGAIN)
    return;
  if (got <= 0)
    return end(broken, got == 0 ? "the peer ended the connection" : std::strerror(errno));
  arrived({scratch.data(), static_cast<std::size_t>(got)});
}

void client::receive_securely(std::span<char> scratch) {
  const bool was_established = secure_->is_established();
  const auto outcome = secure_->read_some(scratch);
  if ((secure_->is_established() && !was_established) || secure_->holds_back())
    flush();
  if (outcome.state == net::io_state::ended || outcome.state == net::io_state::failed)
    return end(broken, secure_->failure().empty() ? "the peer ended the connection" : secure_->failure());
  if (outcome.state == net::io_state::moved)
    arrived({scratch.data(), outcome.bytes});
}

void client::arrived(std::string_view bytes) {
  if (state_ == state::open)
    return take(bytes);
  partial_.append(bytes);
  upgrade();
}

void client::upgrade() {
  const auto head_end = partial_.find("\r\n\r\n");
  if (head_end == std::string::npos)
    return;
  const auto head = std::string_view(partial_).substr(0, head_end);
  if (head.rfind("HTTP/1.1 101", 0) != 0 || head.find(upgrade_accept) == std::string_view::npos)
    return end(broken, head.substr(0, head.find('\r')));
  const std::string behind = partial_.substr(head_end + 4);
  partial_.clear();
  partial_.shrink_to_fit();
  state_ = state::open;
  opened();
  if (!behind.empty())
    take(behind);
}

void client::take(std::string_view bytes) {
  if (!partial_.empty())
    bytes = partial_.append(bytes);
  const std::size_t whole = bytes.size();
  for (auto header = read_header(bytes); header; header = read_header(bytes)) {
    if (header->masked)
      return end(1002, "a masked frame from a server");
    if (bytes.size() - header->size < header->payload)
      break;
    frame(header->final, static_cast<std::uint8_t>(header->kind), bytes.substr(header->size, header->payload));
    if (state_ == state::closed)
      return;
    bytes.remove_prefix(header->size + header->payload);
  }
  if (partial_.empty())
    partial_.assign(bytes);
  else
    partial_.erase(0, whole - bytes.size());
}

void client::frame(bool final, std::uint8_t kind, std::string_view payload) {
  switch (static_cast<opcode>(kind)) {
  case opcode::text:
  case opcode::binary:
    if (final)
      return received(payload);
    fragments_.assign(payload);
    return;
  case opcode::continuation:
    fragments_.append(payload);
    if (final)
      received(std::exchange(fragments_, {}));
    return;
  case opcode::ping:
    return answer(static_cast<std::uint8_t>(opcode::pong), payload);
  case opcode::pong:
    return;
  case opcode::close: {
    answer(kind, payload.substr(0, 2));
    flush();
    if (payload.size() < 2)
      return end(no_code, {});
    const auto high = static_cast<std::uint8_t>(payload[0]), low = static_cast<std::uint8_t>(payload[1]);
    return end(static_cast<std::uint16_t>(high << 8 | low), payload.substr(2));
  }
  }
  end(1002, "an unknown opcode");
}

void client::answer(std::uint8_t kind, std::string_view payload) {
  append_client_frame(out_, static_cast<opcode>(kind), payload, key_);
  if (!std::exchange(asked_, true))
    wants_flush();
}

void client::watch(std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = this;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket_, &event);
}

void client::end(std::uint16_t code, std::string_view reason) {
  if (std::exchange(state_, state::closed) == state::closed)
    return;
  const std::string kept(reason);
  let_go();
  ended(code, kept);
}

} // namespace mpac::bench::swarm
