// Keys in a session whose members sign: what is forged, what a new key changes and when, whose a certificate is
// (SPEC 23.1.3, 23.1.6).
#include "security/base64url.hpp"
#include "security/envelope_signature.hpp"
#include "security/log_record_text.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/trusting.hpp"

using namespace mpac;
using namespace mpac::tests;
using namespace std::chrono_literals;

namespace {

/// The first certificate of a key, as a TLS connection knows it.
std::string der_of(const security::signing_key& key) {
  const auto& pem = key.certificate_chain();
  const auto begin = pem.find('\n') + 1;
  std::string text;
  for (const char c : pem.substr(begin, pem.find("-----END") - begin))
    if (c != '\n' && c != '=')
      text += c == '+' ? '-' : c == '/' ? '_' : c;
  return security::read_base64url(text).value();
}

struct signed_talk {
  explicit signed_talk(protocol::security_profile profile = protocol::security_profile::verified,
                       const std::string& method = {}) {
    auto policy = std::make_shared<protocol::session_policy>();
    policy->security_profile = profile;
    policy->role_policy.emplace().default_role = "contributor";
    policy->security.coordinator_key = "sha256:of the hub";
    opening how;
    how.policy = policy;
    auto guards = std::make_shared<actors::safeguards>();
    guards->credentials = std::make_shared<trusting>(method);
    house.guarded_by(guards);
    house.open(how);
  }

  std::string hello(const std::string& line, const security::signing_key& key, const std::string& more = "") {
    auto text = house.letter(line, "HELLO " + more);
    const std::string payload = "\"payload\":{";
    return text.insert(text.find(payload) + payload.size(), "\"credential\":{\"type\":\"x509_chain\",\"value\":" +
                                                                security::to_json_string(key.certificate_chain()) +
                                                                "},");
  }
  std::string rotation(const security::signing_key& to, const std::string& more = "", const std::string& reason = "") {
    auto text = house.letter("alice", "HEARTBEAT status=idle " + more);
    const std::string payload = "\"payload\":{";
    return text.insert(text.find(payload) + payload.size(),
                       "\"extensions\":{\"key_rotation\":{\"fingerprint\":\"" + to.verifying().key_id() +
                           "\",\"certificate_chain\":" + security::to_json_string(to.certificate_chain()) + reason +
                           "}},");
  }
  void says(const std::string& line, const std::string& text, const security::signing_key& by) {
    house.send(line, security::sign_envelope(text, by).value());
  }
  void join(const std::string& line, const security::signing_key& key) {
    house.connect(line);
    says(line, hello(line, key), key);
    (void)house.heard(line);
  }
  /// Whether what is signed so is taken.
  bool takes(const security::signing_key& key) {
    (void)house.heard("alice");
    says("alice", house.letter("alice", "INTENT_WITHDRAW intent_id=none"), key);
    return house.hears("alice", "PROTOCOL_ERROR error_code=INVALID_REFERENCE");
  }

  actor_house house;
  const security::signing_key first = key_of("first"), second = key_of("second"), strangers = key_of("stranger");
};

} // namespace

TEST_CASE("what is not signed, or with a stranger's key, is refused before anybody looks at it",
          "[23.1.3-02][23.1.3-03][23.1.3-04]") {
  signed_talk talk;
  talk.join("alice", talk.first);
  CHECK(talk.takes(talk.first));
  CHECK_FALSE(talk.takes(talk.strangers));
  talk.house.says("alice", "INTENT_WITHDRAW intent_id=none");
  CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=AUTHORIZATION_FAILED"));
}

TEST_CASE("an old key is good beside the new one for two heartbeats, and then no more",
          "[23.1.6-08][23.1.6-09][23.1.3-11]") {
  signed_talk talk;
  talk.join("alice", talk.first);
  talk.says("alice", talk.rotation(talk.second), talk.first);
  CHECK(talk.takes(talk.first));
  CHECK(talk.takes(talk.second));
  talk.house.wait(60s);
  CHECK_FALSE(talk.takes(talk.first));
  CHECK(talk.takes(talk.second));
}

TEST_CASE("a new key that the session does not take changes nothing", "[23.1.6-06]") {
  signed_talk talk;
  talk.join("alice", talk.first);
  talk.says("alice", talk.house.letter("alice", "HEARTBEAT status=idle @message_id=m1"), talk.first);
  talk.says("alice", talk.rotation(talk.second, "@message_id=m1", ",\"reason\":\"compromised\""), talk.first);
  CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=REPLAY_DETECTED"));
  CHECK(talk.takes(talk.first));
  CHECK_FALSE(talk.takes(talk.second));
}

TEST_CASE("a compromised key is good for nothing at once, on a new connection neither", "[23.1.6-08]") {
  signed_talk talk;
  talk.join("alice", talk.first);
  talk.says("alice", talk.rotation(talk.second, "", ",\"reason\":\"compromised\""), talk.first);
  CHECK_FALSE(talk.takes(talk.first));
  CHECK(talk.takes(talk.second));
  talk.house.connect("alice/2");
  talk.says("alice/2", talk.hello("alice/2", talk.first, "@sender.sender_instance_id=thief"), talk.first);
  CHECK(talk.house.hears("alice/2", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
}

TEST_CASE("a key that was replaced is not taken again, and the one that took its place stays", "[23.1.6-06]") {
  signed_talk talk;
  talk.join("alice", talk.first);
  talk.says("alice", talk.rotation(talk.second, "", ",\"reason\":\"compromised\""), talk.first);
  (void)talk.house.heard("alice");
  talk.says("alice", talk.rotation(talk.first), talk.second);
  CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  CHECK(talk.takes(talk.second));
  CHECK_FALSE(talk.takes(talk.first));
}

TEST_CASE("a certificate is public: whoever brings it shows that its key is his, whatever the profile",
          "[23.1.4-07][23.1.4-13]") {
  signed_talk talk(protocol::security_profile::authenticated);
  talk.house.connect("alice");
  SECTION("not at all") {
    talk.house.send("alice", talk.hello("alice", talk.first));
    CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  }
  SECTION("with another's signature") {
    talk.says("alice", talk.hello("alice", talk.first), talk.strangers);
    CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  }
  SECTION("by signing HELLO") {
    talk.says("alice", talk.hello("alice", talk.first), talk.first);
    CHECK(talk.house.hears("alice", "SESSION_INFO identity_verified=true"));
  }
}

TEST_CASE("a verifier may call its method what it likes: the key of the certificate is shown all the same",
          "[23.1.3-02][23.1.4-07][23.1.4-13]") {
  const auto profile = GENERATE(protocol::security_profile::authenticated, protocol::security_profile::verified);
  signed_talk talk(profile, "our own authority");
  talk.house.connect("alice");
  talk.house.send("alice", talk.hello("alice", talk.first));
  CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  talk.says("alice", talk.hello("alice", talk.first), talk.strangers);
  CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  talk.says("alice", talk.hello("alice", talk.first), talk.first);
  CHECK(talk.house.hears("alice", "SESSION_INFO identity_verified=true identity_method=\"our own authority\""));
}

TEST_CASE("a connection that has proved the certificate's key in its TLS handshake need not sign HELLO, where not "
          "everything is signed",
          "[23.1.4-07][23.1.4-13]") {
  SECTION("it has") {
    signed_talk talk(protocol::security_profile::authenticated);
    talk.house.shows_certificate(der_of(talk.first));
    talk.house.connect("alice");
    talk.house.send("alice", talk.hello("alice", talk.first));
    CHECK(talk.house.hears("alice", "SESSION_INFO identity_verified=true identity_method=x509_chain"));
  }
  SECTION("it has proved another's") {
    signed_talk talk(protocol::security_profile::authenticated);
    talk.house.shows_certificate(der_of(talk.strangers));
    talk.house.connect("alice");
    talk.house.send("alice", talk.hello("alice", talk.first));
    CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  }
  SECTION("everything is signed") {
    signed_talk talk;
    talk.house.shows_certificate(der_of(talk.first));
    talk.house.connect("alice");
    talk.house.send("alice", talk.hello("alice", talk.first));
    CHECK(talk.house.hears("alice", "PROTOCOL_ERROR error_code=CREDENTIAL_REJECTED"));
  }
}

TEST_CASE("a signed HELLO that somebody has recorded opens no second connection", "[23.1.2-07][23.1.3-01]") {
  signed_talk talk;
  talk.house.connect("alice");
  const auto recorded = security::sign_envelope(talk.hello("alice", talk.first), talk.first).value();
  talk.house.send("alice", recorded);
  REQUIRE(talk.house.hears("alice", "SESSION_INFO"));
  const bool has_left = GENERATE(false, true);
  if (has_left)
    talk.house.disconnect("alice");
  talk.house.connect("mallory");
  talk.house.send("mallory", recorded);
  CHECK(talk.house.hears("mallory", "PROTOCOL_ERROR error_code=REPLAY_DETECTED"));
  CHECK_FALSE(talk.house.out("mallory").is_admitted);
  CHECK((has_left || talk.takes(talk.first)));
}

TEST_CASE("what somebody has signed in one session is nothing in another, though the key is the same",
          "[23.1.3-02][23.1.3-03]") {
  signed_talk talk;
  auto& house = talk.house;
  talk.join("alice", talk.first);
  house.connect_to("alice/2", "other");
  talk.says("alice/2", talk.hello("alice/2", talk.first), talk.first);
  REQUIRE(house.hears("alice/2", "SESSION_INFO session_id=other"));
  auto letter =
      security::sign_envelope(house.letter("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]"), talk.first).value();
  house.send("alice/2", letter);
  CHECK(house.hears("alice/2", "PROTOCOL_ERROR error_code=INVALID_REFERENCE"));
  const std::string here = "\"session_id\":\"talk\"";
  auto altered = letter;
  REQUIRE(altered.find(here) != std::string::npos);
  house.send("alice/2", altered.replace(altered.find(here), here.size(), "\"session_id\":\"other\""));
  CHECK(house.hears("alice/2", "PROTOCOL_ERROR error_code=AUTHORIZATION_FAILED"));
  house.look([](const protocol::session& facts) { CHECK(facts.intents().size() == 0); }, "other");
  house.send("alice", letter);
  CHECK(house.hears("alice", "INTENT_ANNOUNCE intent_id=i1"));
}
