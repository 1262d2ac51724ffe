#include "tests/net/street.hpp"

#include <atomic>
#include <future>

using namespace mpac;
using namespace mpac::net;
using namespace mpac::net::street;
using namespace std::string_literals;

TEST_CASE("what is said is heard, and what is delivered is read", "[net]") {
  house at(echo);
  hub h(at);
  web_client agent(h.port);
  agent.say("hello");
  CHECK(agent.hear() == "hello");
  agent.send(client_frame(opcode::binary, "{}"));
  CHECK(agent.hear() == "{}");
  const auto stay = at.nth(0);
  CHECK(stay->target == "/session/one");
  CHECK(stay->who->peer().starts_with("127.0.0.1:"));
  CHECK(h.door.connections() == 1);
}

TEST_CASE("a ping between two fragments is answered with its payload before the message is complete", "[net]") {
  house at(echo);
  hub h(at);
  web_client agent(h.port);
  agent.send(client_frame(opcode::text, "one ", false) + client_frame(opcode::ping, "are you there"));
  const auto pong = agent.hear_control();
  CHECK(pong.kind == opcode::pong);
  CHECK(pong.payload == "are you there");
  agent.send(client_frame(opcode::continuation, "two"));
  CHECK(agent.hear() == "one two");
  CHECK(at.news.wait([&] { return at.stays[0]->signs_of_life == 1; }));
}

TEST_CASE("a peer that says goodbye gets its code back, and the house hears it", "[net]") {
  house at(echo);
  hub h(at);
  web_client agent(h.port);
  agent.say("last words");
  agent.say_close(1001);
  CHECK(agent.hear() == "last words");
  CHECK(agent.hear_close() == 1001);
  CHECK(agent.at_end());
  CHECK(at.gone_with(at.nth(0), 1001));

  web_client silent(h.port);
  silent.send(client_frame(opcode::close, ""));
  CHECK(silent.hear_close() == no_status);
  CHECK(at.gone_with(at.nth(1), no_status));
}

TEST_CASE("closing sends what is queued, then the close frame, and waits for the peer's", "[net]") {
  house at;
  hub h(at);
  web_client agent(h.port);
  const auto stay = at.nth(0);
  stay->who->deliver(protocol::frame::of("one"));
  stay->who->deliver(protocol::frame::of("two"));
  stay->who->close(close_code::replaced, "somebody else");
  stay->who->close(close_code::normal, "too late");
  stay->who->deliver(protocol::frame::of("never"));
  CHECK(agent.hear() == "one");
  CHECK(agent.hear() == "two");
  const auto close = agent.hear_control();
  CHECK(close.code == 4009);
  CHECK(close.payload == "somebody else");
  CHECK(stay->gone == 0);
  agent.say("not heard any more");
  agent.say_close(4009);
  CHECK(agent.hear().empty());
  CHECK(at.gone_with(stay, 4009));
  CHECK(stay->messages.empty());
}

TEST_CASE("a peer that never answers the close frame is dropped after the deadline", "[net]") {
  house at;
  auto options = short_timeouts();
  options.close_timeout = 50ms;
  hub h(at, options);
  web_client agent(h.port);
  at.nth(0)->who->close(close_code::service_restart, "");
  CHECK(agent.hear_close() == 1012);
  CHECK(agent.at_end());
  CHECK(at.gone_with(at.nth(0), 1012));
}

TEST_CASE("a stream that ends without a close frame is 1006", "[net]") {
  house at;
  hub h(at);
  { const web_client agent(h.port); }
  CHECK(at.gone_with(at.nth(0), abnormal_closure));
}

TEST_CASE("who is not let in is told why", "[net]") {
  house at;
  hub h(at);
  web_client agent(h.port, "/nowhere");
  const auto close = agent.hear_control();
  CHECK(close.code == 4004);
  CHECK(close.payload == "no such session");
  agent.say_close(4004);
  CHECK(agent.at_end());
  CHECK(at.stays.empty());
}

TEST_CASE("mistakes on the wire close with their code, even while the peer goes on sending", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.max_message_bytes = 1000;
  hub h(at, options);
  const std::pair<std::string, int> mistakes[] = {
      {client_frame(opcode::text, std::string(300000, 'x')), 1009},
      {client_frame(opcode::text, "\xff\xfe"), 1007},
      {encode_frame(opcode::text, "unmasked"), 1002},
      {client_frame(opcode::continuation, "of nothing"), 1002},
      {client_frame(opcode::close, "\x03"), 1002},
  };
  std::size_t n = 0;
  for (const auto& [bytes, code] : mistakes) {
    web_client agent(h.port);
    agent.say("first");
    CHECK(agent.hear() == "first");
    agent.send(bytes);
    CHECK(agent.hear_close() == code);
    agent.send(std::string(100000, 'y')); // must not be answered with a reset
    agent.finish_sending();
    CHECK(agent.at_end());
    CHECK(at.gone_with(at.nth(n++), code));
  }
  CHECK(h.door.traffic()[counted::too_large] == 1);
}

TEST_CASE("a peer that says nothing for two ping intervals is dropped, one that pongs stays", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.ping_interval = 200ms;
  hub h(at, options);
  web_client dead(h.port);
  web_client alive(h.port);
  for (int pings = 0; pings < 4; ++pings) {
    const auto ping = alive.hear_control();
    REQUIRE(ping.kind == opcode::ping);
    alive.send(client_frame(opcode::pong, ping.payload));
  }
  CHECK(at.gone_with(at.nth(0), abnormal_closure));
  CHECK(dead.at_end());
  alive.say("still here");
  CHECK(alive.hear() == "still here");
  CHECK(h.door.traffic()[counted::silent_peers] == 1);
}

TEST_CASE("nobody says HELLO: 1008, unless the house has admitted the peer", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.hello_timeout = 50ms;
  hub h(at, options);
  web_client known(h.port);
  at.nth(0)->who->admitted();
  web_client stranger(h.port);
  const auto close = stranger.hear_control();
  CHECK(close.code == 1008);
  stranger.say_close(1008);
  CHECK(at.gone_with(at.nth(1), 1008));
  CHECK(h.door.traffic()[counted::never_admitted] == 1);
  known.say("still here");
  CHECK(known.hear() == "still here");
}

TEST_CASE("many who have not said HELLO are shown out, however many at a time the lane looks after", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.hello_timeout = 50ms;
  options.ping_interval = 0s;
  hub h(at, options);
  std::deque<web_client> strangers;
  for (int i = 0; i < 100; ++i)
    strangers.emplace_back(h.port);
  for (auto& each : strangers) {
    CHECK(each.hear_control().code == 1008);
    each.say_close(1008);
  }
  for (std::size_t i = 0; i < strangers.size(); ++i)
    CHECK(at.gone_with(at.nth(i), 1008));
}

TEST_CASE("a peer that never reads is closed with 1013 while others are served", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.outbox_bytes = 100000;
  options.slow_close_timeout = 50ms;
  hub h(at, options);
  web_client stuck(h.port, "/session/one", {}, {}, 4096);
  web_client reader(h.port);
  const auto slow = at.nth(0);
  const auto frame = protocol::frame::of(std::string(50000, 'x'));
  at.nth(1);
  for (int i = 0; i < 400; ++i) { // 20 MB: more than any socket buffer takes
    slow->who->deliver(frame);
    reader.say("x");
    REQUIRE(reader.hear() == "x");
  }
  CHECK(at.gone_with(slow, 1013));
  CHECK(h.door.traffic()[counted::slow_consumers] == 1);
  reader.say("still here");
  CHECK(reader.hear() == "still here");
}

TEST_CASE("a fast reader gets more than its outbox holds within one turn", "[net]") {
  house at([](stay& whom, const arrivals&) {
    const auto frame = protocol::frame::of(std::string(10000, 'x'));
    for (int i = 0; i < 100; ++i)
      whom.who->deliver(frame);
  });
  auto options = short_timeouts();
  options.outbox_bytes = 900000;
  hub h(at, options);
  web_client agent(h.port);
  agent.say("all of it");
  for (int i = 0; i < 100; ++i)
    REQUIRE(agent.hear().size() == 10000);
}

namespace {

/// Counts what goes through.
class counting_transport final : public transport {
public:
  struct counts {
    std::atomic<int> writes{0};
    std::atomic<int> pieces{0};
  };
  counting_transport(std::unique_ptr<transport> below, counts& to) : below_(std::move(below)), to_(to) {}
  io_outcome read_some(std::span<char> into) override { return below_->read_some(into); }
  io_outcome write_some(std::span<const iovec> pieces) override {
    ++to_.writes;
    to_.pieces += static_cast<int>(pieces.size());
    return below_->write_some(pieces);
  }
  void finish_sending() override { below_->finish_sending(); }
  [[nodiscard]] int descriptor() const noexcept override { return below_->descriptor(); }

private:
  std::unique_ptr<transport> below_;
  counts& to_;
};

} // namespace

TEST_CASE("frames queued within one turn leave in one system call", "[net]") {
  counting_transport::counts counts;
  house at([](stay& whom, const arrivals&) {
    for (int i = 0; i < 100; ++i)
      whom.who->deliver(protocol::frame::of(std::to_string(i)));
  });
  hub h(at, short_timeouts(), 1, [&](std::unique_ptr<transport> below) {
    return std::make_unique<counting_transport>(std::move(below), counts);
  });
  web_client agent(h.port);
  agent.say("go");
  for (int i = 0; i < 100; ++i)
    REQUIRE(agent.hear() == std::to_string(i));
  CHECK(counts.writes == 1);
  CHECK(counts.pieces == 100);
}

namespace {

std::string numbered_messages(int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i)
    bytes += client_frame(opcode::text, std::to_string(i));
  return bytes;
}

} // namespace

TEST_CASE("frames sent right behind the request are not lost", "[net]") {
  house at;
  hub h(at);
  const web_client agent(h.port, "/session/one", numbered_messages(200));
  REQUIRE(at.news.wait([&] { return !at.stays.empty() && at.stays[0]->messages.size() == 200; }));
  for (int i = 0; i < 200; ++i)
    REQUIRE(at.stays[0]->messages[static_cast<std::size_t>(i)] == std::to_string(i));
}

TEST_CASE("what has arrived by the time of reading is handed on together", "[net]") {
  house at;
  hub h(at);
  web_client agent(h.port);
  at.nth(0);
  std::promise<void> sent;
  h.threads.post(0, [&] { sent.get_future().wait_for(patience); }); // the loop looks away
  agent.send(numbered_messages(200));
  sent.set_value();
  REQUIRE(at.news.wait([&] { return at.stays[0]->messages.size() == 200; }));
  CHECK(at.stays[0]->reads <= 2); // one, or the read that was under way before the loop looked away
}

TEST_CASE("frames of each thread leave in its order, with every frame once", "[net]") {
  house at(echo);
  hub h(at, short_timeouts(), 2);
  web_client agent(h.port);
  const auto who = at.nth(0)->who;
  constexpr int each = 2000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < each; i += 2) {
        const protocol::frame_ptr two[] = {protocol::frame::of(std::to_string(t) + ' ' + std::to_string(i)),
                                           protocol::frame::of(std::to_string(t) + ' ' + std::to_string(i + 1))};
        who->deliver(two, base::never);
      }
    });
  int next[3] = {0, 0, 0};
  for (int i = 0; i < 3 * each; ++i) {
    const auto text = agent.hear();
    REQUIRE(text.size() > 2);
    REQUIRE(text.substr(2) == std::to_string(next[text[0] - '0']++));
  }
  for (auto& thread : threads)
    thread.join();
}

TEST_CASE("a sender that moves from another thread to the loop keeps its order", "[net]") {
  house at;
  hub h(at);
  web_client agent(h.port);
  const auto who = at.nth(0)->who;
  constexpr int rounds = 500;
  for (int i = 0; i < rounds; ++i) {
    who->deliver(protocol::frame::of("from outside"));
    h.threads.post(0, [who] { who->deliver(protocol::frame::of("on the loop")); });
  }
  for (int i = 0, outside = 0, inside = 0; i < 2 * rounds; ++i) {
    (agent.hear() == "from outside" ? outside : inside) += 1;
    REQUIRE(inside <= outside);
  }
}

TEST_CASE("without credit reading stops, and goes on when it is granted", "[net]") {
  house at([](stay& whom, const arrivals& messages) {
    if (whom.target == "/session/two")
      echo(whom, messages);
  });
  hub h(at);
  web_client agent(h.port);
  const auto first = at.nth(0);
  web_client other(h.port, "/session/two");
  const auto arrived = [&](std::size_t count) { return at.news.wait([&] { return first->messages.size() >= count; }); };
  for (std::size_t i = 0; i < inbound_window; ++i)
    agent.say("x");
  REQUIRE(arrived(inbound_window));
  agent.say("one more");
  for (int i = 0; i < 20; ++i) { // turns of the same loop, each of which could have read it
    other.say("turn");
    REQUIRE(other.hear() == "turn");
  }
  at.news.change([&] { CHECK(at.stays[0]->messages.size() == inbound_window); });
  at.stays[0]->who->grant(1);
  REQUIRE(arrived(inbound_window + 1));
  for (std::size_t round = 1; round <= 3; ++round) {
    at.stays[0]->who->grant(inbound_window); // of what has come: credit is not saved up
    for (std::size_t i = 0; i < inbound_window; ++i)
      agent.say("y");
    REQUIRE(arrived((round + 1) * inbound_window + 1));
  }
}

TEST_CASE("a closing connection reads on without credit, to find the peer's close frame", "[net]") {
  house at;
  hub h(at);
  web_client agent(h.port);
  for (std::size_t i = 0; i < inbound_window; ++i)
    agent.say("x");
  REQUIRE(at.news.wait([&] { return !at.stays.empty() && at.stays[0]->messages.size() == inbound_window; }));
  agent.say("unread");
  at.nth(0)->who->close(close_code::going_away, "");
  CHECK(agent.hear_close() == 1001);
  agent.say_close(1001);
  CHECK(agent.at_end());
  CHECK(at.gone_with(at.stays[0], 1001));
}

TEST_CASE("loops that stop let go of connections that are open", "[net]") {
  house at;
  std::shared_ptr<connection> who;
  {
    hub h(at);
    const web_client agent(h.port);
    who = at.nth(0)->who;
  }
  who->deliver(protocol::frame::of("to nobody"));
  who->close(close_code::normal, "");
  who->grant(1);
  at.stays.clear();
}
