#include "security/certificate_fingerprints.hpp"

#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

using namespace mpac;
using namespace mpac::security;
using namespace mpac::tests;

namespace {

struct proven_connection {
  forged_certificate certificate = certify({.common_name = "whatever"}, key_named("P-256"));
  std::string der = der_of(certificate);
  credential_grant grant{protocol::principal_id{"agent:alice"}, std::vector<std::string>{"owner"}, std::nullopt, "t"};

  [[nodiscard]] credential_request asked() const {
    auto request = hello_with("mtls_fingerprint", to_hex(sha256(der)));
    request.peer_certificate = der;
    return request;
  }
  [[nodiscard]] credential_verdict judge(const credential_request& request) const {
    return certificate_fingerprints({{sha256(der), grant}}).judge(request);
  }
  [[nodiscard]] std::string told(const credential_request& request) const {
    const auto verdict = judge(request);
    return verdict ? "" : verdict.error().told;
  }
};

} // namespace

TEST_CASE("the fingerprint of the connection's own registered certificate is taken", "[23.1.4-05][23.1.2-02]") {
  const proven_connection at;
  const auto verdict = at.judge(at.asked());
  REQUIRE(verdict);
  CHECK(verdict->principal_id.str() == "agent:alice");
  CHECK(verdict->method == "mtls_fingerprint");
  CHECK(verdict->roles == std::vector<std::string>{"owner"});
  CHECK(verdict->tenant == "t");
  CHECK(verdict->expires_at == now_of_forgeries + std::chrono::seconds{3601});

  auto asked = at.asked();
  asked.credential.value = "SHA256:" + asked.credential.value;
  CHECK(at.judge(asked));
}

TEST_CASE("a fingerprint that the connection did not prove is worth nothing", "[23.1.4-05][23.1.4-13]") {
  const proven_connection at;
  auto asked = at.asked();
  asked.peer_certificate.clear();
  CHECK(at.told(asked) == "this connection proved no client certificate (TLS)");
  asked.peer_certificate = der_of(certify({.common_name = "whatever"}, key_named("P-256 other")));
  CHECK(at.told(asked) == "the fingerprint is not that of this connection's client certificate");
  asked.credential.value = to_hex(sha256(asked.peer_certificate));
  CHECK(at.told(asked) == "the certificate is not registered here");
  asked.credential.value = "agent:alice";
  CHECK(at.told(asked) == "the fingerprint is no SHA-256 in hexadecimal digits");
}

TEST_CASE("a registered certificate is bound to its dates, principal and sessions", "[23.1.4-05][23.1.2-04]") {
  proven_connection at;
  auto asked = at.asked();
  asked.when = now_of_forgeries + std::chrono::seconds{3601};
  CHECK(at.told(asked) == "the certificate has expired");
  asked.when -= std::chrono::seconds{1};
  CHECK(at.told(asked).empty());
  asked.when = now_of_forgeries - std::chrono::seconds{3601};
  CHECK(at.told(asked) == "the certificate is not valid yet");
  asked = at.asked();
  asked.principal_id = protocol::principal_id{"agent:bob"};
  CHECK(at.told(asked) == "the registered certificate speaks for another principal");
  at.grant.sessions = {"t"};
  CHECK(at.told(at.asked()) == "the registered certificate is not for this session");
  at.grant.sessions.reset();
  at.grant.expires_at = now_of_forgeries;
  CHECK(at.told(at.asked()) == "the registered certificate has expired");
}

TEST_CASE("what is registered but is no certificate is refused", "[23.1.4-05]") {
  proven_connection at;
  at.der += '\0';
  CHECK(at.told(at.asked()) == "the certificate can't be read");
}
