#include "bench/hostile/intruder.hpp"

#include "bench/swarm/framing.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

namespace mpac::bench::hostile {
namespace {

// Of ten intruders.
constexpr std::array<habit, 10> mix = {habit::silent, habit::trickling, habit::guessing,  habit::passing,
                                       habit::silent, habit::garbage,   habit::malformed, habit::trickling,
                                       habit::silent, habit::guessing};

std::string request_for(std::string_view session) {
  return fmt::format("GET /session/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     session);
}

std::string timestamp() {
  using namespace std::chrono;
  const auto now = floor<milliseconds>(system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(floor<seconds>(now)),
                     now.time_since_epoch().count() % 1000);
}

} // namespace

intruder::intruder(const plan& how, deeds& done, std::uint32_t number, int epoll)
    : how_(how), done_(done), number_(number), habit_(mix[number % mix.size()]), epoll_(epoll) {}

intruder::~intruder() {
  if (socket_ >= 0)
    ::close(socket_);
}

void intruder::come(std::int64_t now) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) {
    ++done_.refused;
    return go(now);
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(0x7f010001 + number_ / mix.size() % how_.addresses); // 127.1.0.1 and on
  ::bind(socket_, reinterpret_cast<const sockaddr*>(&from), sizeof from);
  trickled_ = 0;
  is_upgraded_ = false;
  heard_.clear();
  connecting_ = true;
  const auto* to = reinterpret_cast<const sockaddr*>(&how_.hub);
  if (::connect(socket_, to, sizeof how_.hub) != 0 && errno != EINPROGRESS) {
    ++done_.refused;
    return go(now);
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.ptr = this;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_, &event);
}

void intruder::go(std::int64_t now) {
  if (socket_ >= 0)
    ::close(socket_);
  socket_ = -1;
  when_ = now + how_.pause;
}

void intruder::ready(std::uint32_t events, std::int64_t now) {
  if (connecting_) {
    connecting_ = false;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
      ++done_.refused;
      return go(now);
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = this;
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket_, &event);
    return connected(now);
  }
  std::array<char, 16384> bytes;
  const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (got > 0)
    return heard({bytes.data(), static_cast<std::size_t>(got)}, now);
  if (got < 0 && errno == EAGAIN)
    return;
  ++done_.ended;
  go(now);
}

void intruder::connected(std::int64_t now) {
  ++done_.opened;
  switch (habit_) {
  case habit::silent:
    return;
  case habit::passing:
    return go(now);
  case habit::trickling:
    when_ = now + how_.trickle;
    return;
  case habit::garbage: {
    std::array<char, 512> bytes;
    std::uint32_t state = 0x9e3779b9u * (number_ + 1) + attempt_++;
    for (auto& b : bytes)
      state = state * 1664525u + 1013904223u, b = static_cast<char>(state >> 24);
    return send({bytes.data(), bytes.size()});
  }
  case habit::malformed:
  case habit::guessing:
    return send(request_for(how_.session));
  }
}

void intruder::due(std::int64_t now) {
  when_ = 0;
  if (socket_ < 0)
    return come(now);
  const auto request = request_for(how_.session); // trickling; the hub ends it before the last byte
  if (trickled_ + 1 < request.size())
    send({request.data() + trickled_++, 1});
  if (socket_ >= 0)
    when_ = now + how_.trickle;
}

void intruder::heard(std::string_view bytes, std::int64_t now) {
  if (habit_ != habit::malformed && habit_ != habit::guessing)
    return; // how it is refused: the end follows
  heard_.append(bytes);
  if (!is_upgraded_) {
    const auto end = heard_.find("\r\n\r\n");
    if (end == std::string::npos)
      return;
    if (heard_.rfind("HTTP/1.1 101", 0) != 0) {
      ++done_.turned_away;
      return go(now);
    }
    heard_.erase(0, end + 4);
    is_upgraded_ = true;
    ++done_.upgraded;
    habit_ == habit::malformed ? misframe() : guess();
  }
  std::string_view left = heard_;
  for (auto header = read_header(left); header && left.size() - header->size >= header->payload;
       header = read_header(left)) {
    const auto payload = left.substr(header->size, header->payload);
    left.remove_prefix(header->size + header->payload);
    if (header->kind != opcode::text)
      continue;
    ++done_.answers;
    if (payload.find("\"SESSION_INFO\"") != std::string_view::npos)
      ++done_.admitted;
    if (habit_ == habit::guessing)
      guess();
  }
  heard_.erase(0, heard_.size() - left.size());
}

// Another mistake each time: no mask, a reserved opcode, a reserved bit, a fragmented ping, a length of 2^63, a text
// that is no UTF-8, and one that is no JSON.
void intruder::misframe() {
  using namespace std::string_view_literals;
  constexpr std::array<std::string_view, 7> frames = {
      "\x81\x02{}"sv,
      "\x83\x80\0\0\0\0"sv,
      "\xc1\x80\0\0\0\0"sv,
      "\x09\x80\0\0\0\0"sv,
      "\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0"sv,
      "\x81\x82\0\0\0\0\xc3\x28"sv,
      "\x81\x82\0\0\0\0{{"sv,
  };
  send(frames[attempt_++ % frames.size()]);
}

void intruder::guess() {
  ++attempt_;
  ++done_.hellos;
  const auto who = fmt::format("agent:intruder-{}", number_);
  const auto text =
      fmt::format(R"({{"protocol":"MPAC","version":"0.1.13","message_id":"{}-{}","message_type":"HELLO",)"
                  R"("session_id":"{}","sender":{{"principal_id":"{}","principal_type":"agent",)"
                  R"("sender_instance_id":"{}:1"}},"ts":"{}","payload":{{"display_name":"x","roles":["owner"],)"
                  R"("capabilities":[],"credential":{{"type":"api_key","value":"guess-{}"}}}},)"
                  R"("watermark":{{"kind":"lamport_clock","value":{}}}}})",
                  who, attempt_, how_.session, who, who, timestamp(), attempt_, attempt_);
  std::string frame;
  append_client_frame(frame, opcode::text, text, 0x9e3779b9u ^ attempt_);
  send(frame);
}

// What does not fit is lost: nobody here cares.
void intruder::send(std::string_view bytes) {
  [[maybe_unused]] const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

} // namespace mpac::bench::hostile
