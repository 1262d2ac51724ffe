#include "net/deflate.hpp"
#include "tests/net/street.hpp"

#include <future>

using namespace mpac;
using namespace mpac::net;
using namespace mpac::net::street;
using namespace std::string_literals;

TEST_CASE("equal places share a loop", "[net]") {
  house at(echo);
  hub h(at, short_timeouts(), 3);
  for (int i = 0; i < 4; ++i)
    for (const auto* target : {"/1", "/22", "/333"}) {
      web_client agent(h.port, target);
      agent.say("hello");
      CHECK(agent.hear() == "hello");
    }
  for (std::size_t i = 0; i < 12; ++i)
    CHECK(at.nth(i)->loop == at.nth(i)->target.size() % 3);
}

TEST_CASE("what is no WebSocket handshake gets an HTTP answer that helps", "[net]") {
  house at;
  hub h(at);
  const auto answer = [&](std::string_view request) {
    tcp_client browser(h.port);
    browser.send(request);
    return browser.receive_all();
  };
  const auto plain = answer("GET /session/one HTTP/1.1\r\nHost: hub\r\n\r\n");
  CHECK(plain.starts_with("HTTP/1.1 426"));
  CHECK(plain.find("ws://") != std::string::npos);
  CHECK(plain.find("Upgrade: websocket") != std::string::npos);
  CHECK(answer("GET / HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Version: 13\r\n\r\n")
            .starts_with("HTTP/1.1 400"));
  const auto old = answer("GET / HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  CHECK(old.starts_with("HTTP/1.1 426"));
  CHECK(old.find("Sec-WebSocket-Version: 13") != std::string::npos);
  CHECK(answer("this is not HTTP\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(answer("GET / HTTP/1.1\r\nHost: hub\r\nX-Long: " + std::string(9000, 'x')).starts_with("HTTP/1.1 431"));
  CHECK(at.stays.empty());
}

TEST_CASE("a page in a browser comes in from the hub's own site, and from others where they are named", "[net]") {
  house at;
  hub h(at);
  const auto answer_to = [&](const std::string& origin) {
    tcp_client browser(h.port);
    browser.send(upgrade_request("/session/one", "Origin: " + origin + "\r\n", "localhost"));
    return browser.receive_until("\r\n\r\n");
  };
  const auto refused_for_origin = [&] { return h.door.refusals()[static_cast<std::size_t>(refused::origin)]; };
  for (const auto* own : {"http://localhost", "http://LocalHost:80", "https://localhost", "https://localhost:443"})
    CHECK(answer_to(own).starts_with("HTTP/1.1 101"));
  CHECK(refused_for_origin() == 0);
  for (const auto* other : {"http://localhost:8080", "https://evil.example", "http://localhost.evil.example",
                            "http://evil/localhost", "null", "localhost", "file://"}) {
    INFO(other);
    tcp_client browser(h.port);
    browser.send(upgrade_request("/session/one", "Origin: " + std::string(other) + "\r\n", "localhost"));
    const auto told = browser.receive_all();
    CHECK(told.starts_with("HTTP/1.1 403"));
    CHECK(told.find("listen.allowed_origins") != std::string::npos);
    CHECK(told.find("evil") == std::string::npos);
  }
  CHECK(refused_for_origin() == 7);
  tcp_client led_here(h.port); // the page's own site has become this machine since it was loaded (DNS rebinding)
  led_here.send(upgrade_request("/session/one", "Origin: http://evil.example\r\n", "evil.example"));
  CHECK(led_here.receive_all().starts_with("HTTP/1.1 403"));
  auto options = short_timeouts();
  options.allowed_origins = {"https://App.example:443", "app://notes"};
  h.door.change(options);
  CHECK(answer_to("https://app.example").starts_with("HTTP/1.1 101"));
  CHECK(answer_to("app://notes").starts_with("HTTP/1.1 101"));
  CHECK(answer_to("http://app.example").starts_with("HTTP/1.1 403"));
  CHECK(answer_to("null").starts_with("HTTP/1.1 403"));
  options.allowed_origins = {"*"};
  h.door.change(options);
  CHECK(answer_to("https://evil.example").starts_with("HTTP/1.1 101"));
  CHECK(answer_to("null").starts_with("HTTP/1.1 101"));
  CHECK(refused_for_origin() == 10);
  web_client no_browser(h.port);
}

TEST_CASE("over max_connections the answer is 503, until somebody leaves", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.max_connections = 1;
  hub h(at, options);
  {
    web_client first(h.port);
    tcp_client second(h.port);
    second.send(upgrade_request("/session/one"));
    CHECK(second.receive_all().starts_with("HTTP/1.1 503"));
    first.say("still here");
    CHECK(first.hear() == "still here");
    options.max_connections = 2; // may change while it runs
    h.door.change(options);
    web_client third(h.port);
    first.say_close(1000);
    third.say_close(1000);
    CHECK(first.at_end());
    CHECK(third.at_end());
  }
  options.max_connections = 1;
  h.door.change(options);
  web_client last(h.port);
  last.say("room again");
  CHECK(last.hear() == "room again");
}

TEST_CASE("who does not finish the handshake in time is dropped", "[net]") {
  house at;
  auto options = short_timeouts();
  options.handshake_timeout = 50ms;
  hub h(at, options);
  tcp_client idler(h.port);
  idler.send("GET / HTTP/1.1\r\n");
  CHECK(idler.receive_all().empty());
}

TEST_CASE("a listener that cannot bind says where and why", "[net]") {
  house at;
  hub h(at);
  auto options = short_timeouts();
  options.port = h.port;
  listener second(h.threads, at, options);
  const auto failed = second.open();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().find("127.0.0.1") != std::string::npos);
  CHECK(failed.error().find(std::to_string(h.port)) != std::string::npos);
  CHECK(failed.error().find("in use") != std::string::npos);
}

TEST_CASE("closing all waits for everybody's goodbye", "[net]") {
  house at;
  hub h(at, short_timeouts(), 2);
  web_client one(h.port, "/1");
  web_client two(h.port, "/22");
  at.nth(1);
  std::promise<void> done;
  auto over = done.get_future();
  h.door.close_all(close_code::service_restart, "come back", 60s, [&] { done.set_value(); });
  CHECK(one.hear_close() == 1012);
  CHECK(two.hear_close() == 1012);
  one.say_close(1012);
  CHECK(one.at_end());
  CHECK(over.wait_for(0s) == std::future_status::timeout);
  two.say_close(1012);
  REQUIRE(over.wait_for(patience) == std::future_status::ready);
  CHECK(h.door.connections() == 0);
}

TEST_CASE("closing all drops those who do not answer by the deadline", "[net]") {
  house at;
  hub h(at);
  web_client one(h.port);
  at.nth(0);
  std::promise<void> done;
  h.door.close_all(close_code::service_restart, "come back", 50ms, [&] { done.set_value(); });
  REQUIRE(done.get_future().wait_for(patience) == std::future_status::ready);
  CHECK(one.hear_close() == 1012);
  CHECK(one.at_end());
  CHECK(at.stays[0]->gone != 0);
}

TEST_CASE("closing all of nobody is done at once", "[net]") {
  house at;
  hub h(at);
  std::promise<void> done;
  h.door.close_all(close_code::service_restart, "", 60s, [&] { done.set_value(); });
  CHECK(done.get_future().wait_for(patience) == std::future_status::ready);
}

TEST_CASE("timeouts that change concern open connections too", "[net]") {
  house at;
  hub h(at);
  web_client agent(h.port);
  at.nth(0)->who->admitted();
  auto options = short_timeouts();
  options.ping_interval = 50ms;
  h.door.change(options);
  CHECK(agent.hear_control().kind == opcode::ping);
  CHECK(at.gone_with(at.nth(0), abnormal_closure));
}

TEST_CASE("compression is declined unless it is switched on", "[net]") {
  house at(echo);
  hub h(at);
  web_client agent(h.port, "/", {}, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
  CHECK(agent.response.find("Sec-WebSocket-Extensions") == std::string::npos);
}

TEST_CASE("compressed messages are understood and answered compressed", "[net]") {
  house at(echo);
  auto options = short_timeouts();
  options.compression = true;
  options.max_message_bytes = 100000;
  hub h(at, options);
  const auto* offer =
      "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_max_window_bits=10\r\n";
  message_inflater inflater;
  message_deflater deflater;
  web_client agent(h.port, "/", {}, offer);
  agent.inflater = &inflater;
  CHECK(agent.response.find("permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
                            "server_max_window_bits=10") != std::string::npos);
  const auto compressed = [&](const std::string& text) {
    const auto finished = deflater.deflate(text, 15);
    framer peeled(sender_side::server);
    const auto bytes = finished->payload();
    const auto code = static_cast<unsigned char>(bytes[1]);
    return client_frame(opcode::text, bytes.substr(code < 126 ? 2 : code == 126 ? 4 : 10), true, true);
  };
  const std::string text(50000, 'x');
  agent.send(compressed(text));
  CHECK(agent.hear() == text);
  CHECK(h.door.traffic()[counted::bytes_out] < 5000);
  agent.say("short and plain");
  CHECK(agent.hear() == "short and plain");
  agent.send(compressed(std::string(10000000, 'x'))); // ten thousand bytes that would be ten million
  CHECK(agent.hear_close() == 1009);
  agent.finish_sending();
  CHECK(agent.at_end());

  web_client plain(h.port, "/");
  CHECK(plain.response.find("Sec-WebSocket-Extensions") == std::string::npos);
  plain.say(text);
  CHECK(plain.hear() == text);
}
