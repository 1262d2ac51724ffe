#include "net/admin_listener.hpp"
#include "net/admin_session.hpp"
#include "tests/net/street.hpp"

#include <algorithm>
#include <future>

using namespace mpac;
using namespace mpac::net;
using namespace mpac::net::street;
using namespace std::string_literals;

namespace {

struct front_desk final : http_house {
  void handle(http_request request, std::shared_ptr<reply> answer) override {
    const auto what = request.target.segments.empty() ? "" : request.target.segments[0];
    if (what == "echo") {
      answer->send({.status = 201,
                    .content_type = "text/plain",
                    .headers = {{"X-Sent", std::string(request.header("x-given"))}},
                    .body = request.method + ' ' + request.target.segments.at(1) + ' ' +
                            std::string(request.parameter("q").value_or("-")) + ' ' + request.body});
      answer->send({.status = 500}); // once is enough
    } else if (what == "later") {
      later = std::thread([answer] { answer->send({.body = "from another thread"}); });
    } else if (what == "stream") {
      answer->stream({.content_type = "text/plain"}, [this, n = 0](const piece_taker& take) mutable {
        pulled = n;
        if (n == 100)
          return take(std::nullopt);
        take(n % 10 == 0 ? "" : std::string(1000, static_cast<char>('a' + n % 10)));
        ++n;
      });
    } else if (what == "broken") {
      answer->stream({.content_type = "text/plain"}, [n = 0](const piece_taker& take) mutable {
        if (++n <= 2)
          take("piece"); // and then not even an end
      });
    } else if (what == "never") {
      kept = answer;
    } else if (what == "healthz") {
      answer->send({.body = "{\"status\":\"ok\"}"});
    } // else: dropped
  }
  ~front_desk() override {
    if (later.joinable())
      later.join();
  }

  std::thread later;
  std::atomic<int> pulled{0};
  std::shared_ptr<reply> kept;
};

struct answered {
  std::string head;
  std::string body;
};

class browser : public tcp_client {
public:
  using tcp_client::tcp_client;

  answered get(std::string_view target, std::string_view headers = {}) {
    return ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n");
  }

  answered ask(std::string_view request) {
    send(request);
    answered got{receive_until("\r\n\r\n"), {}};
    if (got.head.find("Transfer-Encoding: chunked") != std::string::npos) {
      for (;;) {
        const auto size = std::stoul(receive_until("\r\n"), nullptr, 16);
        got.body += receive_exactly(size);
        receive_until("\r\n");
        if (size == 0)
          return got;
      }
    }
    const auto at = got.head.find("Content-Length: ");
    if (at != std::string::npos && !request.starts_with("HEAD"))
      got.body = receive_exactly(std::stoul(got.head.substr(at + 16)));
    return got;
  }
};

admin_options any_port() {
  admin_options options;
  options.port = 0;
  return options;
}

} // namespace

TEST_CASE("a request is taken apart, and its answer put together, many on one connection", "[net]") {
  front_desk house;
  admin_listener door(house, any_port());
  browser one(*door.open());
  auto got = one.get("/echo/a%2Fb%20c?p=1&q=x+y%26z", "X-Given: this\r\n");
  CHECK(got.head.starts_with("HTTP/1.1 201"));
  CHECK(got.head.find("X-Sent: this") != std::string::npos);
  CHECK(got.body == "GET a/b c x y&z ");
  got = one.ask("POST /echo/p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody");
  CHECK(got.body == "POST p - body");
  got = one.ask("HEAD /echo/p HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(got.head.find("Content-Length: 8") != std::string::npos);
  CHECK(one.get("/later").body == "from another thread");
  CHECK(one.get("/echo/%zz").head.starts_with("HTTP/1.1 400"));
  CHECK(one.get("/dropped").head.starts_with("HTTP/1.1 500"));
  CHECK(one.get("/healthz").body == "{\"status\":\"ok\"}");
}

TEST_CASE("a streamed body is pulled piece by piece, and the connection lives on", "[net]") {
  front_desk house;
  admin_listener door(house, any_port());
  browser one(*door.open());
  const auto got = one.get("/stream");
  CHECK(got.body.size() == 90000);
  CHECK(got.body.substr(0, 1000) == std::string(1000, 'b'));
  CHECK(house.pulled == 100);
  CHECK(one.get("/echo/x").body == "GET x - ");
}

TEST_CASE("a streamed body that can't be gone on with ends short, and nobody takes it for the whole", "[net]") {
  front_desk house;
  admin_listener door(house, any_port());
  browser one(*door.open());
  one.send("GET /broken HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const auto got = one.receive_all();
  CHECK(got.find("200 OK") != std::string::npos);
  CHECK(got.ends_with("\r\n5\r\npiece\r\n5\r\npiece\r\n"));
}

TEST_CASE("a client that knows no chunks gets a streamed body that ends with the connection", "[net]") {
  front_desk house;
  admin_listener door(house, any_port());
  browser old(*door.open());
  old.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(old.receive_until("\r\n\r\n").find("Transfer-Encoding") == std::string::npos);
  CHECK(old.receive_all().size() == 90000);
}

TEST_CASE("with a token, requests carry it, but for the open paths", "[net]") {
  front_desk house;
  auto options = any_port();
  options.token = "s3cret";
  admin_listener door(house, options);
  browser one(*door.open());
  const auto refused = one.get("/echo/x");
  CHECK(refused.head.starts_with("HTTP/1.1 401"));
  CHECK(refused.head.find("WWW-Authenticate: Bearer") != std::string::npos);
  CHECK(refused.body.starts_with("{\"error\":{\"code\":\"UNAUTHORIZED\",\"message\":\""));
  CHECK(one.get("/echo/x", "Authorization: Bearer wrong\r\n").head.starts_with("HTTP/1.1 401"));
  CHECK(one.get("/echo/x", "Authorization: Bearer s3cre\r\n").head.starts_with("HTTP/1.1 401"));
  CHECK(one.get("/echo/x", "Authorization: Basic s3cret\r\n").head.starts_with("HTTP/1.1 401"));
  CHECK(one.get("/echo/x", "Authorization: bearer s3cret\r\n").head.starts_with("HTTP/1.1 201"));
  CHECK(one.get("/healthz").head.starts_with("HTTP/1.1 200"));
  CHECK(one.get("/healthz/../echo/x").head.starts_with("HTTP/1.1 401"));
  door.change_token("other");
  CHECK(one.get("/echo/x", "Authorization: Bearer s3cret\r\n").head.starts_with("HTTP/1.1 401"));
  CHECK(one.get("/echo/x", "Authorization: Bearer other\r\n").head.starts_with("HTTP/1.1 201"));
}

TEST_CASE("an address that has shown wrong tokens too often waits, with the right one too", "[23.4-02]") {
  front_desk house;
  auto options = any_port();
  options.token = "s3cret";
  std::vector<admin_refused> told;
  std::string from;
  options.on_refused = [&](admin_refused why, const std::string& address) {
    told.push_back(why);
    from = address;
  };
  options.turned_away_for = [&](const std::string& address) {
    const auto wrong = std::ranges::count(told, admin_refused::wrong_token);
    return address == "127.0.0.1" && wrong >= 2 ? std::optional<base::duration>(1500ms) : std::nullopt;
  };
  admin_listener door(house, options);
  browser one(*door.open());
  CHECK(one.get("/echo/x").head.starts_with("HTTP/1.1 401")); // no guess
  for (int i = 0; i < 2; ++i)
    CHECK(one.get("/echo/x", "Authorization: Bearer wrong\r\n").head.starts_with("HTTP/1.1 401"));
  const auto refused = one.get("/echo/x", "Authorization: Bearer s3cret\r\n");
  CHECK(refused.head.starts_with("HTTP/1.1 429"));
  CHECK(refused.head.find("\r\nRetry-After: 2\r\n") != std::string::npos);
  CHECK(refused.body.starts_with("{\"error\":{\"code\":\"TOO_MANY_ATTEMPTS\",\"message\":\""));
  CHECK(one.get("/healthz").head.starts_with("HTTP/1.1 200")); // whose path needs none
  door.stop();
  CHECK(from == "127.0.0.1");
  CHECK(told == std::vector{admin_refused::no_token, admin_refused::wrong_token, admin_refused::wrong_token,
                            admin_refused::too_often});
}

TEST_CASE("who comes when the admin listener has all the connections it may have is closed and counted", "[net]") {
  front_desk house;
  auto options = any_port();
  options.connections = 1;
  std::promise<std::pair<admin_refused, std::string>> told;
  options.on_refused = [&](admin_refused why, const std::string& address) { told.set_value({why, address}); };
  admin_listener door(house, options);
  const auto port = *door.open();
  browser first(port);
  CHECK(first.get("/healthz").head.starts_with("HTTP/1.1 200"));
  CHECK(browser(port).at_end());
  auto got = told.get_future();
  REQUIRE(got.wait_for(patience) == std::future_status::ready);
  CHECK(got.get() == std::pair(admin_refused::connections, "127.0.0.1"s));
  CHECK(first.get("/healthz").head.starts_with("HTTP/1.1 200"));
}

TEST_CASE("a page of another site can ask nothing of the admin listener", "[net]") {
  front_desk house;
  admin_listener door(house, any_port());
  browser one(*door.open());
  for (const auto* own : {"http://localhost", "http://LOCALHOST:80", "https://localhost"})
    CHECK(one.get("/healthz", "Origin: " + std::string(own) + "\r\n").head.starts_with("HTTP/1.1 200"));
  for (const auto* other : {"http://localhost:8767", "https://evil.example", "null"}) {
    const auto refused =
        one.ask("POST /echo/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nOrigin: " + std::string(other) +
                "\r\n\r\n{}");
    CHECK(refused.head.starts_with("HTTP/1.1 403"));
    CHECK(refused.body.starts_with("{\"error\":{\"code\":\"FORBIDDEN_ORIGIN\",\"message\":\""));
    CHECK(one.get("/healthz", "Origin: " + std::string(other) + "\r\n").head.starts_with("HTTP/1.1 403"));
  }
}

TEST_CASE("without a token the admin listener of this machine answers to names of this machine alone", "[net]") {
  front_desk house;
  admin_listener door(house, any_port());
  browser one(*door.open());
  const auto asked_as = [&](const std::string& host) {
    return one.ask("GET /echo/x HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  for (const auto* here : {"localhost", "LocalHost:8767", "127.0.0.1:8767", "[::1]:8767", "127.9.9.9"})
    CHECK(asked_as(here).head.starts_with("HTTP/1.1 20"));
  for (const auto* elsewhere : {"evil.example:8767", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1",
                                "you@localhost", "localhost:x"}) {
    const auto refused = asked_as(elsewhere);
    CHECK(refused.head.starts_with("HTTP/1.1 403"));
    CHECK(refused.body.starts_with("{\"error\":{\"code\":\"FORBIDDEN_HOST\",\"message\":\""));
  }
  CHECK(one.ask("GET /echo/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head.starts_with("HTTP/1.0 20"));
  for (const auto* probed : {"/livez", "/healthz", "/readyz"})
    CHECK(one.ask("GET " + std::string(probed) + " HTTP/1.1\r\nHost: hub.example\r\n\r\n").head.find("403") ==
          std::string::npos);
  door.change_token("s3cret"); // which no page knows
  CHECK(asked_as("hub.example").head.starts_with("HTTP/1.1 401"));
}

TEST_CASE("secrets are equal only when every byte is", "[net]") {
  CHECK(equal_secrets("abc", "abc"));
  CHECK_FALSE(equal_secrets("abcabc", "abc"));
  CHECK_FALSE(equal_secrets("ab", "abc"));
  CHECK_FALSE(equal_secrets("", "abc"));
  CHECK_FALSE(equal_secrets("abd", "abc"));
}

TEST_CASE("what is too long, too late or no HTTP is refused", "[net]") {
  front_desk house;
  auto options = any_port();
  options.body_bytes = 100;
  options.request_timeout = 100ms;
  admin_listener door(house, options);
  const auto port = *door.open();
  CHECK(browser(port)
            .ask("POST /echo/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 101\r\n\r\n")
            .head.starts_with("HTTP/1.1 413"));
  CHECK(browser(port).get("/echo/x", "X-Long: " + std::string(17000, 'x') + "\r\n").head.starts_with("HTTP/1.1 431"));
  CHECK(browser(port).ask("what is this\r\n\r\n").head.starts_with("HTTP/1.1 400"));
  browser patient(port);
  CHECK(patient.get("/never").head.starts_with("HTTP/1.1 504"));
  house.kept->send({.body = "too late"});
  CHECK(patient.get("/healthz").body == "{\"status\":\"ok\"}");
  browser idle(port);
  idle.send("GET /");
  CHECK(idle.receive_all().empty());
}

TEST_CASE("an admin listener that cannot bind says where and why, and a late reply is harmless", "[net]") {
  front_desk house;
  {
    admin_listener door(house, any_port());
    auto options = any_port();
    options.port = *door.open();
    admin_listener second(house, options);
    const auto failed = second.open();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().find("127.0.0.1 port " + std::to_string(options.port)) != std::string::npos);
    browser one(options.port);
    one.send("GET /never HTTP/1.1\r\nHost: localhost\r\n\r\nGET /");
    one.finish_sending();
    browser two(options.port);
    CHECK(two.get("/healthz").body == "{\"status\":\"ok\"}");
  }
  if (house.kept)
    house.kept->send({.body = "to nobody"});
}
