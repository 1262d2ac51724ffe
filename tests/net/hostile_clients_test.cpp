#include "net/admin_listener.hpp"
#include "tests/net/tls_street.hpp"

using namespace mpac;
using namespace mpac::net;
using namespace mpac::net::street;
using namespace std::string_literals;

namespace {

listen_options impatient(bool with_tls) {
  auto options = short_timeouts();
  if (with_tls)
    options.tls = context_of(tests::self_signed());
  options.handshake_timeout = 100ms;
  options.ping_interval = 100ms;
  return options;
}

std::uint64_t count_of(hub& h, refused why) {
  return h.door.refusals()[static_cast<std::size_t>(why)];
}

/// Answers 200 with the path and the body it was given.
class mirror final : public http_house {
public:
  void handle(http_request request, std::shared_ptr<reply> answer) override {
    ++requests;
    answer->send({.content_type = "text/plain", .body = request.target.path + '|' + request.body});
  }
  std::atomic<int> requests{0};
};

struct side_door {
  explicit side_door(admin_options options = {}) {
    options.port = 0;
    door.emplace(house, options);
    port = *door->open();
  }
  /// Everything that comes back when these bytes are sent; the listener must end the connection.
  std::string told(std::string_view bytes) {
    tcp_client mallory(port);
    mallory.send(bytes);
    return mallory.receive_all();
  }

  mirror house;
  std::optional<admin_listener> door;
  std::uint16_t port = 0;
};

} // namespace

TEST_CASE("who dawdles is let go in every phase before the WebSocket", "[23.4-04]") {
  house at(echo);
  hub h(at, impatient(true));
  tcp_client says_nothing(h.port);
  CHECK(says_nothing.at_end());
  tcp_client begins_a_handshake(h.port);
  begins_a_handshake.send("\x16\x03\x01\x02\x00\x01"s); // the head of a record that never comes
  CHECK(begins_a_handshake.at_end());
  secure_client says_nothing_inside(h.port);
  CHECK(says_nothing_inside.at_end());
  secure_client begins_a_request(h.port);
  begins_a_request.send("GET /session/one HTTP/1.1\r\nHost: hub\r\nX-Slow: ");
  CHECK(begins_a_request.at_end());
  CHECK(count_of(h, refused::handshake_timeout) == 4);
  CHECK(at.stays.empty());
}

TEST_CASE("dripping bytes do not win time", "[23.4-04]") {
  for (const bool with_tls : {false, true}) {
    house at(echo);
    auto options = impatient(with_tls);
    hub h(at, options);
    tcp_client dripping(h.port);
    const auto text = with_tls ? "\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03"s + std::string(16'000, '\0')
                               : "GET / HTTP/1.1\r\nX: "s + std::string(4000, 'x');
    // A byte whenever the peer has taken the last; the request never ends.
    std::thread drip([&] {
      for (std::size_t i = 0; i < 4000; ++i)
        dripping.send_if_open(std::string_view(text).substr(i, 1));
    });
    CHECK(dripping.at_end());
    drip.join();
    CHECK(count_of(h, refused::handshake_timeout) == 1);
    CHECK(at.stays.empty());
  }
}

TEST_CASE("a frame that never ends holds nobody up", "[23.4-04]") {
  for (const bool with_tls : {false, true}) {
    house at(echo);
    hub h(at, impatient(with_tls));
    const auto half = client_frame(opcode::text, std::string(1000, 'x')).substr(0, 500);
    if (with_tls) {
      secure_web_client slow(h.port);
      slow.send(half);
      CHECK(at.gone_with(at.nth(0), abnormal_closure));
    } else {
      web_client slow(h.port);
      slow.send(half);
      CHECK(at.gone_with(at.nth(0), abnormal_closure));
    }
  }
}

TEST_CASE("the wrong protocol on the TLS port is answered or closed, and counted", "[23.4-04]") {
  house at(echo);
  auto options = secure_options(context_of(tests::self_signed()));
  hub h(at, options);
  tcp_client browser(h.port);
  browser.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
  const auto told = browser.receive_all();
  CHECK(told.starts_with("HTTP/1.1 400"));
  CHECK(told.find("wss://") != std::string::npos);
  for (const auto& bytes : {"SSH-2.0-OpenSSH_9.2\r\n"s, std::string(5000, '\0'), std::string(5000, '\xff'),
                            "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10"s /* SSLv2 */, "\x16\x03\x01\xff\xff"s}) {
    tcp_client stranger(h.port);
    stranger.send(bytes);
    stranger.finish_sending();
    CHECK(stranger.at_end());
  }
  CHECK(count_of(h, refused::tls) == 6);
  CHECK(at.stays.empty());
}

TEST_CASE("a long request head is refused through TLS too", "[23.4-04]") {
  house at(echo);
  hub h(at, secure_options(context_of(tests::self_signed())));
  secure_client greedy(h.port);
  greedy.send("GET / HTTP/1.1\r\nHost: hub\r\nX-Long: " + std::string(9000, 'x'));
  CHECK(greedy.receive_all().starts_with("HTTP/1.1 431"));
  CHECK(count_of(h, refused::request) == 1);
}

TEST_CASE("an admin request with two lengths, or a length and chunks, is no request", "[23.4-04]") {
  side_door at;
  const auto smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"s;
  const auto head = "POST /x HTTP/1.1\r\nHost: localhost\r\n"s;
  for (const auto& fields :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"s, "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"s,
        "Content-Length: 4\r\nContent-Length: 5\r\n"s, "Content-Length: 4, 5\r\n"s, "Content-Length: +4\r\n"s,
        "Content-Length: -1\r\n"s, "Content-Length: 0x4\r\n"s, "Content-Length: 99999999999999999999\r\n"s,
        "Transfer-Encoding: chunked, identity\r\n"s, "Transfer-Encoding: xchunked\r\n"s,
        "Transfer-Encoding : chunked\r\n"s, "Content-Length : 4\r\n"s}) {
    INFO(fields);
    const auto before = at.house.requests.load();
    const auto told = at.told(head + fields + "\r\n0\r\n\r\n" + smuggled);
    CHECK(told.starts_with("HTTP/1.1 4"));
    CHECK(told.find("/smuggled") == std::string::npos);
    CHECK(at.house.requests == before);
  }
}

TEST_CASE("lines of an admin request end as they must", "[23.4-04]") {
  side_door at;
  CHECK(at.told("GET /x HTTP/1.1\nHost: localhost\n\n\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(at.told("GET /x HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(at.told("GET /x HTTP/1.1\r\nHost: localhost\r\nX: a\rContent-Length: 5\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(at.told("GET /x HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n"s).starts_with("HTTP/1.1 400"));
  CHECK(at.told("GET /x HTTP/1.1\r\nHost: localhost\r\n folded: yes\r\nConnection: close\r\n\r\n")
            .starts_with("HTTP/1.1 "));
  CHECK(at.told("GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(at.told("GET /x\0y HTTP/1.1\r\nHost: localhost\r\n\r\n"s).starts_with("HTTP/1.1 400"));
  CHECK(
      at.told("GET /x HTTP/1.1\r\nHost: localhost\r\nX-Long: " + std::string(20'000, 'x')).starts_with("HTTP/1.1 431"));
}

TEST_CASE("the admin listener speaks TLS, and other TLS when it is told so", "[23.4-04]") {
  const auto first = tests::self_signed(), second = tests::self_signed();
  admin_options options;
  options.tls = context_of(first);
  side_door at(options);
  const auto asks = [&](const tests::identity& trusted) {
    secure_client operator_(at.port, {.trusts = trusted.certificate_pem, .may_fail = true});
    if (!operator_.is_established())
      return "no TLS"s;
    operator_.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    const auto told = operator_.receive_all();
    return operator_.got_close_notify() ? told : "cut off";
  };
  CHECK(asks(first).ends_with("/x|hello"));
  secure_client stays(at.port, {.trusts = first.certificate_pem});
  at.door->change_tls(context_of(second));
  CHECK(asks(first) == "no TLS");
  CHECK(asks(second).ends_with("/x|hello"));
  stays.send("GET /still HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(stays.receive_until("|").ends_with("/still|"));
  CHECK(at.told("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").find("https://") != std::string::npos);
  CHECK_FALSE(secure_client(at.port, {.version = 12, .may_fail = true}).is_established());
}
