// Participants who prove who they are, and who believe nobody without a proof.
#include "client/participant.hpp"
#include "client/trusted_keys.hpp"

#include "protocol/wire/encoder.hpp"
#include "security/digest.hpp"
#include "security/envelope_signature.hpp"
#include "tests/client/coordinator.hpp"
#include "tests/client/visited_hub.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/certificates.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace mpac::client::tests;
using namespace mpac::protocol;
using boost::asio::awaitable;
using boost::asio::io_context;
using signer = mpac::tests::identity;
using security::signing_key;
using namespace std::chrono_literals;

namespace {

const signer& root() {
  static const auto one = mpac::tests::make_authority("Root");
  return one;
}

signer certified(const std::string& name) {
  return mpac::tests::issued_by(root(), {.name = name, .alternative_names = ""});
}

signing_key key_of(const signer& who) {
  return *signing_key::of(who.key_pem, who.certificate_pem);
}

std::string fingerprint(const signer& who) {
  return "sha256:" + security::to_hex(security::sha256(who.certificate_der));
}

std::string in_json(const std::string& pem) {
  std::string chain;
  for (const char c : pem)
    chain += c == '\n' ? std::string("\\n") : std::string(1, c);
  return chain;
}

/// What SESSION_INFO of the verified profile tells: the coordinator's certificate, and bob's.
json_text keys_of(const signer& hub, const signer& bob) {
  return {R"({"coordinator_certificate":")" + in_json(hub.certificate_pem) +
          R"(","participant_keys":[{"principal_id":"agent:bob","certificate_chain":")" + in_json(bob.certificate_pem) +
          R"("}]})"};
}

/// A hub of the verified profile that signs as `as`.
struct verified_hub {
  explicit verified_hub(const signer& as) {
    const auto key = keys.put("coordinator.key", as.key_pem),
               certificate = keys.put("coordinator.pem", as.certificate_pem);
    const auto anchors = keys.put("anchors.pem", root().certificate_pem);
    hub.emplace([&](config::settings& how) {
      how.session.policy.security_profile = security_profile::verified;
      how.session.policy.role_policy.emplace().default_role = "contributor";
      how.auth.x509_trust_anchors_file = anchors;
      how.coordinator.key_file = key;
      how.coordinator.certificate_file = certificate;
    });
  }
  visited_hub keys; // its folder
  std::optional<visited_hub> hub;

  [[nodiscard]] options of(const std::string& name) const {
    auto how = visitor(hub->url(), name);
    how.trust.signing_key = key_of(certified("agent:" + name));
    return how;
  }
};

} // namespace

TEST_CASE("wss: a hub that the named authority vouches for is believed, and no other", "[23.4-C01]") {
  const auto server = mpac::tests::issued_by(root(), {.alternative_names = "IP:127.0.0.1,DNS:localhost"});
  visited_hub files;
  const auto certificate = files.put("hub.pem", server.certificate_pem), key = files.put("hub.key", server.key_pem);
  visited_hub hub([&](config::settings& how) {
    how.listen.tls.cert_file = certificate;
    how.listen.tls.key_file = key;
  });
  play([&](io_context& loop) -> awaitable<void> {
    auto how = visitor("wss://127.0.0.1:" + std::to_string(hub.port()) + "/session/demo", "alice");
    participant stranger(loop.get_executor(), how);
    const auto got_1 = error_of(co_await stranger.join());
    CHECK(got_1.why == obstacle::not_connected); // this system does not know the authority

    how.tls.authorities = "nothing of the kind";
    participant misled(loop.get_executor(), how);
    const auto got_4 = error_of(co_await misled.join());
    CHECK(got_4.what.find("tls.authorities") != std::string::npos);

    how.tls.authorities = root().certificate_pem;
    participant alice(loop.get_executor(), how);
    value_of(co_await alice.join());
    value_of(co_await alice.announce(work_on("i", "a.py")));

    auto by_name = how;
    by_name.who.principal_id = principal_id("agent:bob");
    by_name.url = "wss://localhost:" + std::to_string(hub.port()) + "/session/demo";
    participant bob(loop.get_executor(), by_name);
    value_of(co_await bob.join());

    auto plain = visitor(hub.url(), "carol");
    participant carol(loop.get_executor(), plain);
    const auto got_2 = error_of(co_await carol.join());
    CHECK(got_2.why == obstacle::not_connected);
  });

  const auto other = mpac::tests::issued_by(root(), {.alternative_names = "DNS:elsewhere.example"});
  const auto other_certificate = files.put("other.pem", other.certificate_pem),
             other_key = files.put("other.key", other.key_pem);
  visited_hub impostor([&](config::settings& how) {
    how.listen.tls.cert_file = other_certificate;
    how.listen.tls.key_file = other_key;
  });
  play([&](io_context& loop) -> awaitable<void> {
    auto how = visitor("wss://127.0.0.1:" + std::to_string(impostor.port()) + "/session/demo", "alice");
    how.tls.authorities = root().certificate_pem;
    participant alice(loop.get_executor(), how);
    const auto got_3 = error_of(co_await alice.join());
    CHECK(got_3.why == obstacle::not_connected);
  });
}

TEST_CASE("a credential is asked for anew with each HELLO", "[23.1.4-C01]") {
  visited_hub files;
  const auto keys = files.put("keys.toml", "[[key]]\nsha256 = \"" + security::to_hex(security::sha256("secret")) +
                                               "\"\nprincipal_id = \"agent:alice\"\n");
  visited_hub hub([&](config::settings& how) {
    how.session.policy.security_profile = security_profile::authenticated;
    how.session.policy.role_policy.emplace().default_role = "contributor";
    how.auth.api_keys_file = keys;
  });
  play([&](io_context& loop) -> awaitable<void> {
    auto how = visitor(hub.url(), "alice");
    participant nobody(loop.get_executor(), how);
    const auto got_4 = error_of(co_await nobody.join());
    CHECK(got_4.is(error_code::credential_rejected));
    int asked_for = 0;
    how.credential = [&]() -> std::optional<credential> {
      return credential{"api_key", ++asked_for == 1 ? "wrong" : "secret", {}, {}};
    };
    participant alice(loop.get_executor(), how);
    const auto got_5 = error_of(co_await alice.join());
    CHECK(got_5.is(error_code::credential_rejected));
    const auto info = value_of(co_await alice.join());
    CHECK(info.identity_verified == true);
    CHECK(asked_for == 2);
  });
}

TEST_CASE("in the verified profile all is signed, and all signatures hold",
          "[23.1.2-C01][23.1.3-C01][23.1.3-C02][23.1.3.1-C01][23.1.6-C01][23.1.6-C03][23.3-C01]") {
  const auto coordinator = certified("hub");
  const verified_hub house(coordinator);
  play([&](io_context& loop) -> awaitable<void> {
    auto alice_is = house.of("alice"), bob_is = house.of("bob");
    alice_is.trust.coordinator_key = fingerprint(coordinator);
    alice_is.trust.participant_authorities = root().certificate_pem;
    participant alice(loop.get_executor(), alice_is), bob(loop.get_executor(), bob_is);
    value_of(co_await alice.join());
    value_of(co_await bob.join());
    std::vector<std::string> ignored;
    const auto note = [&](const event& each) {
      if (const auto* what = std::get_if<frame_ignored>(&each))
        ignored.push_back(what->why);
    };
    alice.on_event(note);
    value_of(co_await bob.announce(work_on("i-bob", "b.py")));
    value_of(co_await alice.announce(work_on("i-alice", "b.py")));
    value_of(co_await alice.overview());
    // Another key, and all goes on.
    auto rotated = bob.rotate_key(key_of(certified("agent:bob")), std::nullopt);
    value_of(co_await std::move(rotated));
    value_of(co_await bob.announce(work_on("i-bob-2", "c.py")));
    value_of(co_await alice.overview());
    CHECK(alice.view().others_holding("c.py").size() == 1);
    for (const auto& each : ignored)
      FAIL_CHECK(each);
    REQUIRE(alice.view().my_conflicts().size() == 1);
    CHECK(alice.view().others_holding("b.py").size() == 1);
    auto going_6 = alice.withdraw({intent_id("no"), {}});
    const auto got_7 = error_of(co_await std::move(going_6));
    CHECK(got_7.is(error_code::invalid_reference));
  });
}

TEST_CASE("a coordinator that signs with another key than the expected one is not believed", "[23.1.3.1-C02]") {
  const verified_hub house(certified("hub"));
  play([&](io_context& loop) -> awaitable<void> {
    auto how = house.of("alice");
    how.trust.coordinator_key = fingerprint(certified("hub"));
    participant alice(loop.get_executor(), how);
    const auto why = error_of(co_await alice.join());
    CHECK(why.why == obstacle::unacceptable);
    CHECK(why.what.find("is expected") != std::string::npos);
  });
  visited_hub open;
  play([&](io_context& loop) -> awaitable<void> {
    auto how = visitor(open.url(), "alice");
    how.trust.coordinator_key = fingerprint(certified("hub"));
    participant alice(loop.get_executor(), how);
    const auto got_8 = error_of(co_await alice.join());
    CHECK(got_8.what.find("tells no key") != std::string::npos);
  });
}

TEST_CASE("what was altered on its way, or is signed by somebody else, is not heard",
          "[23.1.3-C02][23.1.3.1-C01][23.1.3.1-C02]") {
  const auto of_hub = certified("hub"), of_bob = certified("agent:bob");
  auto how = alices_options();
  auto alice = alices(how);
  coordinator hub;
  auto info = coordinator::info();
  info.security_profile = "verified";
  info.security_config = keys_of(of_hub, of_bob);
  (void)alice.say_hello(start);
  const auto signed_by = [](const signer& who, const std::string& text) {
    return *security::sign_envelope(text, key_of(who));
  };
  const auto greeting = hub.says(info, alice.hello_id().str());
  SECTION("SESSION_INFO that is signed with another key ends the joining") {
    const auto made = alice.hear(signed_by(of_bob, greeting), start);
    REQUIRE(made.done.size() == 1);
    CHECK(std::get<request_error>(made.done[0].with).why == obstacle::unacceptable);
    CHECK_FALSE(alice.is_joined());
  }
  SECTION("afterwards") {
    (void)alice.hear(signed_by(of_hub, greeting), start);
    REQUIRE(alice.is_joined());
    const auto is_ignored = [&](const std::string& text) {
      const auto made = alice.hear(text, start);
      const auto* ignored = find<frame_ignored>(made);
      return ignored && ignored->is == frame_ignored::reason::bad_signature;
    };
    CHECK_FALSE(is_ignored(signed_by(of_hub, hub.status())));
    CHECK(is_ignored(hub.status()));
    CHECK(is_ignored(signed_by(of_bob, hub.status())));

    // Nobody takes over by words that are not signed: the epoch is not learned of them.
    coordinator usurper{.epoch = 9, .lamport = 500};
    CHECK(is_ignored(usurper.status()));
    CHECK_FALSE(is_ignored(signed_by(of_hub, hub.status())));

    peer bob{"agent:bob"};
    CHECK_FALSE(is_ignored(signed_by(of_bob, bob.says(intent_withdraw{intent_id("i"), {}}))));
    CHECK(is_ignored(signed_by(of_hub, bob.says(intent_withdraw{intent_id("i"), {}}))));
    auto altered = signed_by(of_bob, bob.says(intent_withdraw{intent_id("i"), {}}));
    altered.replace(altered.find("\"i\""), 3, "\"j\"");
    CHECK(is_ignored(altered));
    CHECK(is_ignored(signed_by(of_bob, peer{"agent:carol"}.says(intent_withdraw{intent_id("i"), {}}))));

    const auto files = std::string(encode(sideband_answer(file_content{"a", "b", "c"}))->payload());
    CHECK(is_ignored(files));
    CHECK_FALSE(is_ignored(signed_by(of_hub, files)));
  }
}

TEST_CASE("signatures go on being asked for, whatever an unsigned SESSION_INFO says", "[23.1.3-C02]") {
  const auto of_hub = certified("hub"), of_bob = certified("agent:bob");
  auto how = alices_options();
  how.trust.coordinator_key = fingerprint(of_hub);
  auto alice = alices(how);
  coordinator hub;
  auto info = coordinator::info();
  info.security_profile = "verified";
  info.security_config = keys_of(of_hub, of_bob);
  (void)alice.say_hello(start);
  (void)alice.hear(*security::sign_envelope(hub.says(info, alice.hello_id().str()), key_of(of_hub)), start);
  REQUIRE(alice.is_joined());
  CHECK(find<frame_ignored>(alice.hear(hub.says(coordinator::info()), start))); // of the open profile
  CHECK(find<frame_ignored>(alice.hear(peer{"agent:bob"}.says(intent_withdraw{intent_id("i"), {}}), start)));
}

TEST_CASE("who has a new key is believed with the old one too, until its grace is over", "[23.1.6-C02]") {
  const auto of_hub = certified("hub"), first = certified("agent:bob"), second = certified("agent:bob");
  auto alice = alices();
  coordinator hub;
  auto info = coordinator::info();
  info.security_profile = "verified";
  info.security_config = keys_of(of_hub, first);
  const auto signed_by = [](const signer& who, const std::string& text) {
    return *security::sign_envelope(text, key_of(who));
  };
  (void)alice.say_hello(start);
  (void)alice.hear(signed_by(of_hub, hub.says(info, alice.hello_id().str())), start);
  peer bob{"agent:bob"};
  const auto is_heard = [&](const signer& by, base::instant now) {
    const auto made = alice.hear(signed_by(by, bob.says(intent_withdraw{intent_id("i"), {}})), now);
    return find<frame_ignored>(made) == nullptr;
  };
  REQUIRE(is_heard(first, start));
  CHECK_FALSE(is_heard(second, start));
  const unknown_message news{"mpac_cluster.PARTICIPANT_KEYS",
                             {R"({"keys":[{"principal_id":"agent:bob","certificate_chain":")" +
                              in_json(second.certificate_pem) + R"("}],"old_keys_until":")" +
                              base::to_rfc3339(start + 60s) + R"("})"}};
  (void)alice.hear(signed_by(of_hub, hub.says(news)), start);
  CHECK(is_heard(second, start));
  CHECK(is_heard(first, start + 59s));
  CHECK_FALSE(is_heard(first, start + 60s));
  CHECK(is_heard(second, start + 60s));
}
