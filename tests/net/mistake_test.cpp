// What throws while a connection is served ends that connection; what nobody guards does not end the loop.
#include "tests/net/street.hpp"

#include <atomic>
#include <stdexcept>

using namespace mpac::net;
using namespace mpac::net::street;

namespace {

/// Trips over one word.
void trip(stay& whom, const arrivals& messages) {
  if (messages.front()->payload() == "trip")
    throw std::runtime_error("tripped");
  echo(whom, messages);
}

} // namespace

TEST_CASE("a mistake with one connection closes that one with 1011 and is reported", "[net]") {
  house at(trip);
  board news;
  std::vector<std::string> mistakes;
  auto options = short_timeouts();
  options.on_mistake = [&](const std::string& why) { news.change([&] { mistakes.push_back(why); }); };
  hub h(at, options);
  web_client clumsy(h.port);
  web_client steady(h.port);
  clumsy.say("trip");
  CHECK(clumsy.hear_close() == 1011);
  clumsy.say_close(1011);
  CHECK(clumsy.at_end());
  CHECK(at.gone_with(at.nth(0), 1011));
  CHECK(news.wait([&] { return mistakes == std::vector<std::string>{"tripped"}; }));
  steady.say("still here");
  CHECK(steady.hear() == "still here");
}

TEST_CASE("a doorkeeper's mistake closes the newcomer", "[net]") {
  class broken_house final : public doorkeeper {
    std::size_t place(std::string_view) override { return 0; }
    std::unique_ptr<visitor> enter(std::string_view, std::shared_ptr<connection>, rejection&) override {
      throw std::runtime_error("nobody at the door");
    }
  } at;
  loops threads(1, nullptr);
  listener door(threads, at, short_timeouts());
  const auto port = *door.open();
  threads.start();
  web_client agent(port);
  CHECK(agent.hear_close() == 1011);
  threads.stop();
}

TEST_CASE("a loop goes on after a handler has thrown, and says so", "[net]") {
  board news;
  std::vector<std::string> mistakes;
  bool went_on = false;
  loops threads(1, nullptr, [&](const std::string& why) { news.change([&] { mistakes.push_back(why); }); });
  threads.start();
  threads.post(0, [] { throw std::runtime_error("a bug"); });
  threads.post(0, [&] { news.change([&] { went_on = true; }); });
  CHECK(news.wait([&] { return went_on; }));
  CHECK(mistakes == std::vector<std::string>{"a bug"});
  threads.stop();
}
