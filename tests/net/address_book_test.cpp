#include "net/address_book.hpp"
#include "tests/net/tls_street.hpp"

#include <arpa/inet.h>

using namespace mpac;
using namespace mpac::net;
using namespace mpac::net::street;
using answer = address_book::answer;

namespace {

peer_address at(const std::string& text) {
  peer_address who;
  who.is_v6 = text.find(':') != std::string::npos;
  REQUIRE(::inet_pton(who.is_v6 ? AF_INET6 : AF_INET, text.c_str(), who.bytes.data()) == 1);
  return who;
}

const base::instant start = base::now();

} // namespace

TEST_CASE("an address has so many connections at once, and may come again when one has left", "[23.4-04]") {
  const auto book = std::make_shared<address_book>();
  const address_limits two{.connections = 2};
  auto first = book->arrives(at("10.0.0.1"), two, start);
  auto second = book->arrives(at("10.0.0.1"), two, start);
  CHECK(second.what == answer::welcome);
  CHECK(book->arrives(at("10.0.0.1"), two, start).what == answer::too_many);
  CHECK(book->arrives(at("10.0.0.2"), two, start).what == answer::welcome);
  first.place.reset();
  CHECK(book->arrives(at("10.0.0.1"), two, start).what == answer::welcome);
}

TEST_CASE("handshakes of an address are paced, with ten seconds' worth at once", "[23.4-04]") {
  const auto book = std::make_shared<address_book>();
  const address_limits half{.handshakes_per_sec = 0.5}; // five at once, then one every two seconds
  for (int i = 0; i < 5; ++i)
    CHECK(book->arrives(at("10.0.0.1"), half, start).what == answer::welcome);
  CHECK(book->arrives(at("10.0.0.1"), half, start).what == answer::too_often);
  CHECK(book->arrives(at("10.0.0.1"), half, start + 1s).what == answer::too_often);
  CHECK(book->arrives(at("10.0.0.1"), half, start + 2s).what == answer::welcome);
  CHECK(book->arrives(at("10.0.0.1"), half, start + 2s).what == answer::too_often);
  for (int i = 0; i < 5; ++i) // and not more, however long it stays away
    CHECK(book->arrives(at("10.0.0.1"), half, start + 1h).what == answer::welcome);
  CHECK(book->arrives(at("10.0.0.1"), half, start + 1h).what == answer::too_often);
}

TEST_CASE("IPv6 counts by its /64, IPv4 within it as IPv4", "[23.4-04]") {
  const auto book = std::make_shared<address_book>();
  const address_limits one{.connections = 1};
  const auto six = book->arrives(at("2001:db8:0:1::1"), one, start);
  CHECK(book->arrives(at("2001:db8:0:1:ffff::2"), one, start).what == answer::too_many);
  CHECK(book->arrives(at("2001:db8:0:2::1"), one, start).what == answer::welcome);
  const auto four = book->arrives(at("192.0.2.7"), one, start);
  CHECK(book->arrives(at("::ffff:192.0.2.7"), one, start).what == answer::too_many);
  CHECK(book->arrives(at("::ffff:192.0.2.8"), one, start).what == answer::welcome);
}

TEST_CASE("a flood from everywhere does not make the book grow for ever, and who is inside stays counted",
          "[23.4-04]") {
  const auto book = std::make_shared<address_book>();
  const address_limits limits{.connections = 1, .handshakes_per_sec = 0.001};
  const auto inside = book->arrives(at("10.0.0.1"), limits, start);
  peer_address stranger = at("2001::1");
  for (std::uint32_t i = 0; i < 300'000; ++i) {
    std::memcpy(stranger.bytes.data() + 4, &i, sizeof i);
    (void)book->arrives(stranger, limits, start);
  }
  CHECK(book->size() <= address_book::most_strangers + 1);
  CHECK(book->arrives(at("10.0.0.1"), {.connections = 1}, start).what == answer::too_many);
}

TEST_CASE("who behaves is forgotten", "[23.4-04]") {
  const auto book = std::make_shared<address_book>();
  const address_limits limits{.handshakes_per_sec = 1};
  peer_address visitor = at("2001::1");
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    std::memcpy(visitor.bytes.data() + 4, &i, sizeof i);
    (void)book->arrives(visitor, limits, start + std::chrono::seconds(i));
  }
  CHECK(book->size() < 2'100);
}

TEST_CASE("an address over its limits is answered 429 and told to come later", "[23.4-04]") {
  house guests(echo);
  auto options = short_timeouts();
  options.by_address.connections = 1;
  hub h(guests, options);
  const auto asked = [&] {
    tcp_client one(h.port);
    one.send(upgrade_request("/session/one"));
    return one.receive_all();
  };
  {
    web_client first(h.port);
    const auto refusal = asked();
    CHECK(refusal.starts_with("HTTP/1.1 429"));
    CHECK(refusal.find("Retry-After: ") != std::string::npos);
    CHECK(h.door.refusals()[static_cast<std::size_t>(refused::address_connections)] == 1);
    first.say_close(1000);
    CHECK(first.at_end());
  }
  { web_client again(h.port); }
  options.by_address = {.handshakes_per_sec = 0.1}; // one at once
  h.door.change(options);
  const auto before = h.door.refusals()[static_cast<std::size_t>(refused::address_rate)];
  { web_client only(h.port); }
  CHECK(asked().starts_with("HTTP/1.1 429"));
  CHECK(h.door.refusals()[static_cast<std::size_t>(refused::address_rate)] > before);
}

TEST_CASE("over TLS a connection too many is told so, one too fast is closed before it costs a signature",
          "[23.4-04]") {
  house guests(echo);
  auto options = secure_options(context_of(tests::self_signed()));
  options.by_address.connections = 1;
  hub h(guests, options);
  secure_web_client first(h.port);
  secure_client second(h.port);
  second.send(upgrade_request("/session/one"));
  CHECK(second.receive_all().starts_with("HTTP/1.1 429"));
  options.by_address = {.handshakes_per_sec = 0.1};
  h.door.change(options);
  (void)secure_client(h.port, {.may_fail = true}).is_established();
  CHECK_FALSE(secure_client(h.port, {.may_fail = true}).is_established());
  CHECK(h.door.refusals()[static_cast<std::size_t>(refused::tls)] == 0);
  first.say("still here");
  CHECK(first.hear() == "still here");
}
