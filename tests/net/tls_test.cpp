#include "net/tls_transport.hpp"
#include "tests/net/tls_street.hpp"

#include <sys/socket.h>

using namespace mpac;
using namespace mpac::net;
using namespace mpac::net::street;
using namespace std::string_literals;

namespace {

const tests::identity& authority() {
  static const auto made = tests::make_authority("the authority");
  return made;
}

const tests::identity& hub_identity() {
  static const auto made = tests::issued_by(authority(), {.name = "hub"});
  return made;
}

} // namespace

TEST_CASE("messages of any length go both ways through TLS", "[23.4-04]") {
  house at(echo);
  auto options = secure_options(context_of(hub_identity()));
  options.max_message_bytes = 1u << 22;
  hub h(at, options, 2);
  secure_web_client agent(h.port, {.trusts = authority().certificate_pem});
  CHECK(agent.version() == "TLSv1.3");
  for (const std::size_t size : {0u, 1u, 125u, 126u, 16'383u, 16'384u, 16'385u, 65'536u, 300'000u, 2'000'000u}) {
    const std::string text(size, 'x');
    agent.say(text);
    CHECK(agent.hear() == text);
  }
  std::string burst;
  for (int i = 0; i < 500; ++i)
    burst += client_frame(opcode::text, std::to_string(i));
  agent.send(burst);
  for (int i = 0; i < 500; ++i)
    CHECK(agent.hear() == std::to_string(i));
}

TEST_CASE("what follows the request in the same record is not lost", "[23.4-04]") {
  house at(echo);
  hub h(at, secure_options(context_of(hub_identity())));
  std::string early;
  for (int i = 0; i < 2000; ++i)
    early += client_frame(opcode::text, "early " + std::to_string(i));
  secure_web_client agent(h.port, {}, "/session/one", early);
  for (int i = 0; i < 2000; ++i)
    CHECK(agent.hear() == "early " + std::to_string(i));
}

TEST_CASE("TLS below 1.3 is refused unless it is allowed, below 1.2 always", "[23.4-04]") {
  house at(echo);
  hub strict(at, secure_options(context_of(hub_identity())));
  secure_client old(strict.port, {.version = 12, .may_fail = true});
  CHECK_FALSE(old.is_established());
  CHECK(old.failure().find("protocol version") != std::string::npos);

  hub lenient(at, secure_options(context_of(hub_identity(), {.least = tls_version::v1_2})));
  secure_web_client agent(lenient.port, {.version = 12});
  CHECK(agent.version() == "TLSv1.2");
  agent.say("hello");
  CHECK(agent.hear() == "hello");
}

TEST_CASE("a handshake within the connection is refused", "[23.4-04]") {
  house at(echo);
  hub h(at, secure_options(context_of(hub_identity(), {.least = tls_version::v1_2})));
  secure_web_client agent(h.port, {.version = 12});
  CHECK_FALSE(agent.renegotiate());
  CHECK(agent.failure().find("renegotiation") != std::string::npos);
  CHECK(at.stays.size() == 1);
}

TEST_CASE("keys may be changed on the way", "[23.4-04]") {
  house at(echo);
  hub h(at, secure_options(context_of(hub_identity())));
  secure_web_client agent(h.port);
  for (int i = 0; i < 20; ++i) {
    agent.update_keys(i % 2 == 0);
    agent.say(std::to_string(i));
    CHECK(agent.hear() == std::to_string(i));
  }
}

TEST_CASE("a stream that ends without close_notify is no orderly end", "[23.4-04]") {
  house at(echo);
  hub h(at, secure_options(context_of(hub_identity())));
  secure_web_client cut(h.port);
  cut.finish_sending(); // FIN, but no close_notify
  CHECK(at.gone_with(at.nth(0), abnormal_closure));

  secure_web_client polite(h.port);
  polite.say_close(1000);
  CHECK(polite.hear_close() == 1000);
  CHECK(polite.at_end());
  CHECK(polite.got_close_notify());
  CHECK(at.gone_with(at.nth(1), 1000));

  secure_web_client silent(h.port);
  silent.say("first");
  CHECK(silent.hear() == "first");
  silent.say_close_notify(); // behind nothing, and TCP stays open
  CHECK(at.gone_with(at.nth(2), abnormal_closure));
}

TEST_CASE("what follows the last message in one piece is not lost, be it a close_notify", "[23.4-04]") {
  house at;
  hub h(at, secure_options(context_of(hub_identity())));
  secure_web_client agent(h.port);
  at.nth(0);
  agent.say("goodbye");
  agent.say_close_notify();
  CHECK(at.gone_with(at.nth(0), abnormal_closure));
  CHECK(at.stays[0]->messages == std::vector{"goodbye"s});
}

TEST_CASE("altered records end the connection", "[23.4-04]") {
  house at(echo);
  hub h(at, secure_options(context_of(hub_identity())));
  secure_web_client agent(h.port);
  agent.send_raw("\x17\x03\x03\x00\x20"s + std::string(32, 'x'));
  CHECK(agent.at_end());
  CHECK(at.gone_with(at.nth(0), abnormal_closure));
  CHECK(at.stays[0]->messages.empty());
}

TEST_CASE("a peer that never reads is closed through TLS too, and the others are served", "[23.4-04]") {
  house at([](stay& whom, const arrivals& messages) {
    if (messages.front()->payload() == "flood")
      for (int i = 0; i < 400; ++i)
        whom.who->deliver(protocol::frame::of(std::string(100'000, 'f')));
    else
      echo(whom, messages);
  });
  auto options = secure_options(context_of(hub_identity()));
  options.outbox_bytes = 1u << 20;
  hub h(at, options);
  secure_web_client deaf(h.port, {}, "/session/one", {}, 4096);
  secure_web_client other(h.port);
  deaf.say("flood");
  other.say("still served");
  CHECK(other.hear() == "still served");
  CHECK(at.gone_with(at.nth(0), 1013));
}

TEST_CASE("a slow reader gets every byte in its order", "[23.4-04]") {
  house at([](stay& whom, const arrivals&) {
    for (int i = 0; i < 100; ++i)
      whom.who->deliver(protocol::frame::of(std::to_string(i) + std::string(50'000, 'z')));
  });
  auto options = secure_options(context_of(hub_identity()));
  options.outbox_bytes = 1u << 24;
  hub h(at, options);
  secure_web_client agent(h.port, {}, "/session/one", {}, 4096);
  agent.say("go");
  const auto guest = at.nth(0);
  REQUIRE(at.news.wait([&] { return guest->reads == 1; }));
  for (int i = 0; i < 100; ++i)
    CHECK(agent.hear() == std::to_string(i) + std::string(50'000, 'z'));
}

TEST_CASE("who offers other protocols only is not let in", "[23.4-04]") {
  house at(echo);
  hub h(at, secure_options(context_of(hub_identity())));
  CHECK_FALSE(secure_client(h.port, {.protocols = "\x02h2", .may_fail = true}).is_established());
  secure_web_client agent(h.port, {.protocols = "\x02h2\x08http/1.1"});
  agent.say("hello");
  CHECK(agent.hear() == "hello");
}

TEST_CASE("other TLS is for those who come; nobody inside is lost", "[23.4-04]") {
  house at(echo);
  auto options = secure_options(context_of(hub_identity()));
  hub h(at, options);
  secure_web_client early(h.port, {.trusts = authority().certificate_pem});
  tcp_client on_the_doorstep(h.port); // has said nothing yet: its handshake keeps what it began with
  const auto new_authority = tests::make_authority("another authority");
  const auto fresh = tests::issued_by(new_authority);
  options.tls = context_of(fresh);
  h.door.change(options);
  secure_web_client late(h.port, {.trusts = new_authority.certificate_pem});
  for (auto* agent : {&early, &late}) {
    agent->say("hello");
    CHECK(agent->hear() == "hello");
  }
  CHECK_FALSE(secure_client(h.port, {.trusts = authority().certificate_pem, .may_fail = true}).is_established());
}

TEST_CASE("a read into little room leaves nothing behind", "[23.4-04]") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
  const auto trusted = tls_context::of_client({authority().certificate_pem, "the authority"});
  REQUIRE(trusted);
  const auto server = tls_server(ends[0], context_of(hub_identity()));
  const auto client = tls_client(ends[1], *trusted, "127.0.0.1");
  std::vector<char> room(100'000);
  for (int i = 0; i < 6; ++i)
    for (auto* each : {client.get(), server.get()})
      CHECK(each->read_some(room).state == io_state::would_block);
  REQUIRE(client->is_established());
  REQUIRE(server->is_established());
  std::string text(50'000, '\0');
  for (std::size_t i = 0; i < text.size(); ++i)
    text[i] = static_cast<char>(i * 7);
  const iovec piece{text.data(), text.size()};
  const auto written = client->write_some({&piece, 1});
  REQUIRE(written.bytes == text.size());
  std::string got;
  char little[1000];
  for (auto outcome = server->read_some(little); outcome.state == io_state::moved; outcome = server->read_some(little))
    got.append(little, outcome.bytes);
  CHECK(got == text);
}

TEST_CASE("a client takes no certificate of another name or authority", "[23.4-04]") {
  const auto connects = [](const tests::identity& server, const std::string& host) {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    const auto trusted = tls_context::of_client({authority().certificate_pem, "the authority"});
    const auto here = tls_server(ends[0], context_of(server));
    const auto there = tls_client(ends[1], *trusted, host);
    std::vector<char> room(100'000);
    for (int i = 0; i < 6; ++i)
      for (auto* each : {there.get(), here.get()})
        (void)each->read_some(room);
    return there->is_established() && there->failure().empty();
  };
  CHECK(connects(hub_identity(), "127.0.0.1"));
  CHECK_FALSE(connects(hub_identity(), "127.0.0.2"));
  CHECK_FALSE(connects(hub_identity(), "hub.example"));
  CHECK(connects(tests::issued_by(authority(), {.alternative_names = "DNS:hub.example"}), "hub.example"));
  CHECK_FALSE(connects(tests::self_signed(), "127.0.0.1"));
}
