// An agent's end of a WebSocket: says and hears messages, and answers the hub's pings and its goodbye like any client.
#pragma once

#include "tests/net/street.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::cluster::tests {

class agent final : private net::street::tcp_client {
public:
  agent(std::uint16_t port, std::string_view target) : tcp_client(port) {
    send(net::street::upgrade_request(target));
    if (const auto answer = receive_until("\r\n\r\n"); !answer.starts_with("HTTP/1.1 101"))
      throw std::runtime_error("no WebSocket at " + std::string(target) + ": " + answer);
  }

  void say(std::string_view text) { send(net::street::client_frame(net::opcode::text, text)); }
  void pong() { send(net::street::client_frame(net::opcode::pong, {})); }

  /// The next message, for which it waits; nothing once the connection has ended. Throws when neither comes for long.
  std::optional<std::string> hear() {
    while (got_.messages.empty() && !end_) {
      auto bytes = std::exchange(left_, {});
      if (bytes.empty())
        bytes = receive();
      if (timed_out_)
        throw std::runtime_error("the hub neither speaks nor closes");
      if (bytes.empty())
        end_ = net::abnormal_closure;
      reader_.feed(bytes, {}, nullptr, got_);
      if (got_.error)
        throw std::runtime_error("the hub sends broken frames: " + std::string(got_.error->reason));
      answer_controls();
    }
    if (got_.messages.empty())
      return std::nullopt;
    std::string text(got_.messages.front()->payload());
    got_.messages.erase(got_.messages.begin());
    return text;
  }

  /// Goes without a word. The hub has noticed when this returns.
  void vanish() {
    if (is_over())
      return;
    finish_sending();
    while (!receive().empty())
      ;
    if (timed_out_)
      throw std::runtime_error("the hub does not notice that somebody has gone");
    vanished_ = true;
  }

  [[nodiscard]] bool is_over() const { return vanished_ || end_; }
  /// The code with which the hub closed, 1006 if it sent none; nothing while the connection stands, or where the agent
  /// ended it.
  [[nodiscard]] std::optional<int> end() const { return end_; }

private:
  void answer_controls() {
    for (const auto& each : std::exchange(got_.controls, {})) {
      if (each.kind == net::opcode::ping)
        send(net::street::client_frame(net::opcode::pong, each.payload));
      if (each.kind != net::opcode::close)
        continue;
      end_ = each.code;
      send(net::street::client_frame(net::opcode::close, net::close_payload(each.code, {})));
    }
  }

  net::framer reader_{net::sender_side::server};
  net::framed got_;
  std::optional<int> end_;
  bool vanished_ = false;
};

} // namespace mpac::cluster::tests
