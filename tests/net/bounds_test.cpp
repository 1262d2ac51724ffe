// What a peer can make the hub hold: sockets before their handshake, and bytes nobody has dealt with.
#include "tests/net/street.hpp"

using namespace mpac::net;
using namespace mpac::net::street;

namespace {

/// The loop has looked at all its sockets at least once since this was called.
void look_round(web_client& other) {
  for (int i = 0; i < 3; ++i) {
    other.say("round");
    REQUIRE(other.hear() == "round");
  }
}

void echo_rounds(stay& whom, const arrivals& messages) {
  if (messages.front()->payload() == "round")
    echo(whom, messages);
}

} // namespace

TEST_CASE("reading stops when too many bytes wait, until all of them have been dealt with", "[25.3-01]") {
  house at(echo_rounds);
  hub h(at);
  web_client agent(h.port);
  web_client other(h.port);
  const auto first = at.nth(0);
  agent.say(std::string(inbound_bytes / 2 + 1, 'a'));
  REQUIRE(at.news.wait([&] { return first->messages.size() == 1; }));
  agent.say(std::string(inbound_bytes / 2, 'b'));
  REQUIRE(at.news.wait([&] { return first->messages.size() == 2; }));
  agent.say("more");
  look_round(other);
  CHECK(at.news.wait([&] { return first->messages.size() == 2; }));
  first->who->grant(1);
  look_round(other);
  CHECK(at.news.wait([&] { return first->messages.size() == 2; }));
  first->who->grant(1);
  CHECK(at.news.wait([&] { return first->messages.size() == 3; }));
  // And begins anew: what was granted weighs nothing.
  first->who->grant(1);
  agent.say("even more");
  CHECK(at.news.wait([&] { return first->messages.size() == 4; }));
}

TEST_CASE("bytes that were dealt with in time stop nobody", "[25.3-01]") {
  house at([](stay& whom, const arrivals& messages) { whom.who->grant(messages.size()); });
  hub h(at);
  web_client agent(h.port);
  for (int i = 0; i < 4; ++i)
    agent.say(std::string(inbound_bytes / 2 + 1, 'a'));
  const auto first = at.nth(0);
  CHECK(at.news.wait([&] { return first->messages.size() == 4; }));
}

TEST_CASE("who shakes hands counts among the connections", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.max_connections = 1;
  hub h(at, options);
  tcp_client idler(h.port);
  tcp_client agent(h.port);
  agent.send(upgrade_request("/session/one"));
  CHECK(agent.receive_all().starts_with("HTTP/1.1 503"));
  idler.finish_sending();
  CHECK(idler.receive_all().empty());
  web_client next(h.port);
  next.say("room again");
  CHECK(next.hear() == "room again");
}

TEST_CASE("of a crowd before a full house only some are told so, the rest is closed at once", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.max_connections = 1;
  hub h(at, options);
  web_client inside(h.port);
  std::deque<tcp_client> crowd;
  for (int i = 0; i < 64; ++i)
    crowd.emplace_back(h.port);
  tcp_client last(h.port);
  CHECK(last.receive_all().empty());
  crowd.front().send(upgrade_request("/session/one"));
  CHECK(crowd.front().receive_all().starts_with("HTTP/1.1 503"));
  inside.say("unmoved");
  CHECK(inside.hear() == "unmoved");
}
