// The server with a client that is this test, and a hub that never answers.
#include "client/mcp/server.hpp"

#include "tests/support/catch.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::mcp;

namespace {

options nowhere() {
  options how;
  how.url = "ws://127.0.0.1:1/session/demo";
  how.session = protocol::session_id("demo");
  how.who.principal_id = protocol::principal_id("agent:alice");
  return how;
}

struct conversation {
  boost::asio::io_context loop;
  std::shared_ptr<bridge> in =
      std::make_shared<bridge>(loop.get_executor(), nowhere(), base::duration::zero(), [](std::string_view) {});
  std::vector<json::object> said;
  std::shared_ptr<server> with =
      std::make_shared<server>(loop.get_executor(), in, "1", [this](const std::string& line, line_kind) {
        said.push_back(json::parse(line).as_object());
      });

  conversation() {
    with->hear(R"({"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-11-25"}})");
    run();
  }
  /// Everything that can be done without waiting. What was said before is forgotten.
  void run() {
    said.clear();
    loop.restart();
    loop.poll();
  }
  void ask(const std::string& id, const std::string& method, const std::string& params = "{}") const {
    with->hear(R"({"jsonrpc":"2.0","id":")" + id + R"(","method":")" + method + R"(","params":)" + params + "}");
  }
  void wait(const std::string& id) const {
    ask(id, "tools/call", R"({"name":"wait_for_event","arguments":{"timeout_seconds":300}})");
  }
  void cancel(const std::string& id) const {
    with->hear(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":")" + id + R"("}})");
  }
  [[nodiscard]] const json::object* answer_to(std::string_view id) const {
    for (const auto& each : said)
      if (const auto* of = each.if_contains("id"); of && *of == json::value(id))
        return &each;
    return nullptr;
  }
  [[nodiscard]] bool is_refused(std::string_view id) const {
    const auto* answer = answer_to(id);
    return answer && answer->contains("error") && answer->at("error").at("code") == json::value(-32010);
  }
};

std::string number(std::size_t i) {
  return "w" + std::to_string(i);
}

} // namespace

TEST_CASE("so many requests are worked on at a time, and no more: until some end, or are cancelled") {
  conversation has;
  for (std::size_t i = 0; i < most_open; ++i)
    has.wait(number(i));
  has.run();
  CHECK(has.said.empty());
  has.wait("more");
  CHECK(has.is_refused("more"));
  has.ask("p", "ping");
  has.run();
  CHECK(has.answer_to("p"));

  has.cancel(number(0));
  has.run();
  CHECK(has.said.empty()); // nobody is told of what was cancelled
  has.wait(number(0));     // its id is free too
  CHECK_FALSE(has.is_refused(number(0)));
  has.wait("more");
  CHECK(has.is_refused("more"));
  for (std::size_t i = 0; i < most_open; ++i)
    has.cancel(number(i));
  has.run();
  for (std::size_t i = 0; i < most_open; ++i) {
    has.wait(number(i));
    REQUIRE_FALSE(has.is_refused(number(i)));
  }
}

TEST_CASE("what is cancelled before it has begun never begins") {
  conversation has;
  const std::string meta = R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                           R"("io.modelcontextprotocol/clientCapabilities":{}})";
  has.said.clear();
  has.ask("s", "subscriptions/listen", R"({"notifications":{"resourcesListChanged":true},)" + meta + "}");
  has.cancel("s");
  has.loop.restart();
  has.loop.poll();
  CHECK(has.said.empty()); // no acknowledgement
  has.with->close();
  CHECK(has.said.empty()); // and no stream to end
}

TEST_CASE("a cursor that is null is none") {
  conversation has;
  has.said.clear();
  has.ask("t", "tools/list", R"({"cursor":null})");
  has.ask("r", "resources/list", R"({"cursor":null})");
  has.ask("x", "tools/list", R"({"cursor":"x"})");
  has.ask("y", "resources/list", R"({"cursor":7})");
  has.loop.restart();
  has.loop.poll();
  REQUIRE(has.answer_to("t"));
  CHECK(has.answer_to("t")->contains("result"));
  CHECK(has.answer_to("x")->contains("error"));
  REQUIRE(has.answer_to("y"));
  CHECK(has.answer_to("y")->at("error").at("code") == json::value(-32602));
  const auto* list = has.answer_to("r"); // it has to ask the hub, which is not there
  if (list != nullptr)
    CHECK(list->at("error").at("code") != json::value(-32602));
}
