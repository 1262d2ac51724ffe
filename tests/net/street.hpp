// The other side of the door for tests: a blocking WebSocket client, a house that remembers, and a hub around them.
#pragma once

#include "net/framer.hpp"
#include "net/listener.hpp"
#include "net/loops.hpp"
#include "tests/support/catch.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mpac::net::street {

using namespace std::chrono_literals;

/// No test waits longer for anything.
inline constexpr auto patience = 20s;

/// Things that threads tell each other; wait() returns as soon as `ready` holds.
class board {
public:
  template <class Change>
  void change(Change change) {
    const std::lock_guard lock(guard_); // told under the lock: who waits may be about to take the board down
    change();
    changed_.notify_all();
  }
  template <class Ready>
  [[nodiscard]] bool wait(Ready ready) {
    std::unique_lock lock(guard_);
    return changed_.wait_for(lock, patience, ready);
  }

private:
  std::mutex guard_;
  std::condition_variable changed_;
};

/// A TCP client that waits, but not for ever.
class tcp_client {
public:
  explicit tcp_client(std::uint16_t port, int receive_buffer = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{std::chrono::seconds(patience).count(), 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (receive_buffer > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  }
  virtual ~tcp_client() { ::close(socket_); }
  tcp_client(const tcp_client&) = delete;
  tcp_client& operator=(const tcp_client&) = delete;

  virtual void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      REQUIRE(sent > 0);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// The same for a stream that the peer may have ended by now.
  void send_if_open(std::string_view bytes) { (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  /// True when the peer has ended the stream, or has reset it.
  bool at_end() {
    while (!receive().empty())
      ;
    return !timed_out_;
  }

  /// Some bytes; empty at the end of the stream or when it broke.
  virtual std::string receive() {
    std::string bytes(65536, '\0');
    const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return bytes;
  }

  /// Up to and including `mark`; what follows it stays for the next call.
  std::string receive_until(std::string_view mark) {
    for (;;) {
      if (const auto at = left_.find(mark); at != std::string::npos) {
        const auto found = left_.substr(0, at + mark.size());
        left_.erase(0, found.size());
        return found;
      }
      const auto more = receive();
      if (more.empty())
        return std::exchange(left_, {});
      left_ += more;
    }
  }

  std::string receive_exactly(std::size_t size) {
    while (left_.size() < size) {
      const auto more = receive();
      if (more.empty())
        break;
      left_ += more;
    }
    const auto found = left_.substr(0, size);
    left_.erase(0, found.size());
    return found;
  }

  /// Everything to the end of the stream, which must come.
  std::string receive_all() {
    std::string all = std::exchange(left_, {});
    for (auto more = receive(); !more.empty(); more = receive())
      all += more;
    CHECK_FALSE(timed_out_);
    return all;
  }

  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

protected:
  int socket_;
  std::string left_;
  bool timed_out_ = false;
};

inline constexpr masking_key mask{0x12, 0x34, 0x56, 0x78};

inline std::string client_frame(opcode kind, std::string_view payload, bool final = true, bool compressed = false) {
  return encode_frame(kind, payload, {.final = final, .compressed = compressed, .mask = mask});
}

inline std::string upgrade_request(std::string_view target, std::string_view more_headers = {},
                                   std::string_view host = "hub") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) +
         "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(more_headers) + "\r\n";
}

/// A WebSocket client on a stream, a tcp_client or one of its kind, that answers nothing by itself.
template <class Stream>
class web_client_on : public Stream {
public:
  template <class... How>
  explicit web_client_on(std::string_view target, std::string_view behind_request, std::string_view more_headers,
                         How&&... how)
      : Stream(std::forward<How>(how)...) {
    this->send(upgrade_request(target, more_headers) + std::string(behind_request));
    response = this->receive_until("\r\n\r\n");
    REQUIRE(response.substr(0, 12) == "HTTP/1.1 101");
    REQUIRE(response.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != std::string::npos); // RFC 6455 1.3
  }

  void say(std::string_view text) { this->send(client_frame(opcode::text, text)); }

  /// The next message; empty when the stream ended first.
  std::string hear() {
    await([this] { return !got_.messages.empty(); });
    if (got_.messages.empty())
      return {};
    const std::string text{got_.messages.front()->payload()};
    got_.messages.erase(got_.messages.begin());
    return text;
  }

  /// The next control frame, whatever messages come before it; of kind continuation when the stream ended first.
  control hear_control() {
    await([this] { return !got_.controls.empty(); });
    if (got_.controls.empty())
      return {opcode::continuation, 0, {}};
    auto first = got_.controls.front();
    got_.controls.erase(got_.controls.begin());
    return first;
  }

  /// The code of the close frame, pings on the way passed over; 1006 when the stream ended without one.
  std::uint16_t hear_close() {
    for (;;) {
      const auto next = hear_control();
      if (next.kind == opcode::close)
        return next.code;
      if (next.kind == opcode::continuation)
        return abnormal_closure;
    }
  }

  void say_close(std::uint16_t code) { this->send(client_frame(opcode::close, close_payload(code, ""))); }

  std::string response;
  message_inflater* inflater = nullptr;

private:
  template <class Enough>
  void await(Enough enough) {
    while (!enough()) {
      auto bytes = std::exchange(this->left_, {});
      if (bytes.empty())
        bytes = this->receive();
      if (bytes.empty())
        return;
      reader_.feed(bytes, {.message_bytes = 1u << 26}, inflater, got_);
      REQUIRE_FALSE(got_.error);
    }
  }

  framer reader_{sender_side::server};
  framed got_;
};

/// The same over plain TCP.
class web_client : public web_client_on<tcp_client> {
public:
  explicit web_client(std::uint16_t port, std::string_view target = "/session/one",
                      std::string_view behind_request = {}, std::string_view more_headers = {}, int receive_buffer = 0)
      : web_client_on(target, behind_request, more_headers, port, receive_buffer) {}
};

/// What happened to one guest of the house. Read under the board's lock, by way of wait().
struct stay {
  std::shared_ptr<connection> who;
  std::string target;
  std::vector<std::string> messages;
  std::size_t reads = 0; // calls of arrived()
  std::size_t signs_of_life = 0;
  int gone = 0;
  std::size_t loop = loops::none;
};

/// Lets everybody in and remembers; what it does with messages can be set.
class house : public doorkeeper {
public:
  using answer = std::function<void(stay&, const arrivals&)>;

  explicit house(answer on_messages = {}) : on_messages_(std::move(on_messages)) {}

  std::size_t place(std::string_view target) override { return target.size(); }

  std::unique_ptr<visitor> enter(std::string_view target, std::shared_ptr<connection> who, rejection& why) override {
    if (target == "/nowhere") {
      why = {close_code::bad_path, "no such session"};
      return nullptr;
    }
    auto entry = std::make_shared<stay>();
    entry->who = std::move(who);
    entry->target = target;
    entry->loop = loops::current();
    news.change([&] { stays.push_back(entry); });
    return std::make_unique<guest>(*this, entry);
  }

  /// The n-th guest since the beginning.
  std::shared_ptr<stay> nth(std::size_t n) {
    REQUIRE(news.wait([&] { return stays.size() > n; }));
    return stays[n];
  }

  [[nodiscard]] bool gone_with(const std::shared_ptr<stay>& whom, int code) {
    return news.wait([&] { return whom->gone != 0; }) && whom->gone == code;
  }

  board news;
  std::deque<std::shared_ptr<stay>> stays;

private:
  class guest final : public visitor {
  public:
    guest(house& at, std::shared_ptr<stay> entry) : at_(at), stay_(std::move(entry)) {}
    void arrived(arrivals messages, base::instant) override {
      at_.news.change([&] {
        ++stay_->reads;
        for (const auto& each : messages)
          stay_->messages.emplace_back(each->payload());
      });
      if (at_.on_messages_)
        at_.on_messages_(*stay_, messages);
    }
    void alive(base::instant) override {
      at_.news.change([&] { ++stay_->signs_of_life; });
    }
    void gone(std::uint16_t code) override {
      at_.news.change([&] { stay_->gone = code; });
    }

  private:
    house& at_;
    const std::shared_ptr<stay> stay_;
  };

  answer on_messages_;
};

/// Grants what came and says it again.
inline void echo(stay& whom, const arrivals& messages) {
  whom.who->deliver(messages, base::never);
  whom.who->grant(messages.size());
}

inline listen_options short_timeouts() {
  listen_options options;
  options.port = 0;
  options.close_timeout = 10s;
  return options;
}

/// Loops and a listener around a house.
struct hub {
  explicit hub(house& at, listen_options options = short_timeouts(), std::size_t count = 1,
               transport_wrapping wrap = {})
      : threads(count, nullptr), door(threads, at, options, std::move(wrap)), port(*door.open()) {
    threads.start();
  }
  ~hub() { threads.stop(); }

  loops threads;
  listener door;
  std::uint16_t port;
};

} // namespace mpac::net::street
