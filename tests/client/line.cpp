#include "tests/client/line.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace mpac::client::tests {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;

namespace {
constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);
}

struct line::state : std::enable_shared_from_this<line::state> {
  struct pair {
    explicit pair(asio::io_context& on) : visitor(on), hub(on) {}
    tcp::socket visitor, hub;
    bool holds_answers = false;

    void end() {
      boost::system::error_code ignored;
      visitor.close(ignored);
      hub.close(ignored);
    }
  };

  state(asio::io_context& on, std::uint16_t to)
      : on(on), door(on, {asio::ip::address_v4::loopback(), 0}), to(asio::ip::address_v4::loopback(), to) {}

  asio::io_context& on;
  tcp::acceptor door;
  tcp::endpoint to;
  std::vector<std::shared_ptr<pair>> pairs;
  bool is_torn = false;

  awaitable<void> welcome() {
    const auto self = shared_from_this();
    for (;;) {
      const auto both = std::make_shared<pair>(on);
      const auto [failed] = co_await door.async_accept(both->visitor, in_tuple);
      if (failed)
        co_return;
      if (is_torn)
        continue; // which closes it
      const auto [absent] = co_await both->hub.async_connect(to, in_tuple);
      if (absent)
        continue;
      pairs.push_back(both);
      asio::co_spawn(
          on, [self, both] { return self->pass(both, both->visitor, both->hub, false); }, asio::detached);
      asio::co_spawn(
          on, [self, both] { return self->pass(both, both->hub, both->visitor, true); }, asio::detached);
    }
  }

  awaitable<void> pass(std::shared_ptr<pair> both, tcp::socket& from, tcp::socket& into, bool are_answers) {
    std::array<char, 16384> bytes{};
    for (;;) {
      const auto [failed, size] = co_await from.async_read_some(asio::buffer(bytes), in_tuple);
      if (failed)
        break;
      if (are_answers && both->holds_answers)
        continue;
      const auto [gone, written] = co_await asio::async_write(into, asio::buffer(bytes.data(), size), in_tuple);
      if (gone)
        break;
    }
    both->end();
  }
};

line::line(asio::io_context& on, std::uint16_t to) : state_(std::make_shared<state>(on, to)) {
  asio::co_spawn(
      on, [state = state_] { return state->welcome(); }, asio::detached);
}

line::~line() {
  state_->door.close();
  cut();
}

std::string line::url(const std::string& session) const {
  return "ws://127.0.0.1:" + std::to_string(state_->door.local_endpoint().port()) + "/session/" + session;
}

void line::hold_answers() noexcept {
  for (const auto& each : state_->pairs)
    each->holds_answers = true;
}

void line::cut() {
  for (const auto& each : state_->pairs)
    each->end();
  state_->pairs.clear();
}

void line::tear() {
  state_->is_torn = true;
  cut();
}

void line::mend() {
  state_->is_torn = false;
}

} // namespace mpac::client::tests
