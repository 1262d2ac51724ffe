#include "security/verifier_registry.hpp"

#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <stdexcept>

using namespace mpac;
using namespace mpac::security;
using namespace mpac::tests;

namespace {

/// An embedder's handler.
struct handler final : credential_verifier {
  using deed = std::function<void(const credential_request&, std::function<void(credential_verdict)>)>;
  explicit handler(deed what) : does(std::move(what)) {}
  void verify(credential_request asked, std::function<void(credential_verdict)> done) const override {
    does(asked, std::move(done));
  }
  deed does;
};

verifier_registry with(handler::deed what) {
  return verifier_registry({{"custom", std::make_shared<handler>(std::move(what))}});
}

protocol::verified_identity alice() {
  protocol::verified_identity proven;
  proven.principal_id = protocol::principal_id{"agent:alice"};
  return proven;
}

std::vector<credential_verdict> answers(const verifier_registry& of, const credential_request& asked) {
  std::vector<credential_verdict> all;
  of.verify(asked, [&](credential_verdict said) { all.push_back(std::move(said)); });
  return all;
}

credential_verdict only_answer(const verifier_registry& of, const credential_request& asked) {
  auto all = answers(of, asked);
  REQUIRE(all.size() == 1);
  return all.front();
}

void says_yes(const credential_request&, std::function<void(credential_verdict)> done) {
  done(alice());
}

} // namespace

TEST_CASE("a credential goes to the handler that is registered for its type", "[23.1.4-10][23.1.2-02]") {
  const auto verdict = only_answer(with(says_yes), hello_with("custom", "x"));
  REQUIRE(verdict);
  CHECK(verdict->principal_id.str() == "agent:alice");
  CHECK(verdict->method == "custom");
  CHECK(with(says_yes).types() == std::vector<std::string>{"custom"});
}

TEST_CASE("a credential of a type without a handler is refused, and what is taken is named",
          "[23.1.4-10][23.1.2-03][23.1.4-13]") {
  const auto verdict = only_answer(with(says_yes), hello_with("saml", "x"));
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().told == "credentials of this type are not taken here, but these are: custom");
  CHECK_FALSE(verdict.error().is_unavailable);
  CHECK(only_answer(verifier_registry({}), hello_with("custom", "x")).error().told ==
        "this hub can't judge any credentials");
}

TEST_CASE("a handler that vouches for somebody else lets nobody in", "[23.1.2-04]") {
  const auto verdict = only_answer(with([](auto&, auto done) {
                                     auto other = alice();
                                     other.principal_id = protocol::principal_id{"agent:bob"};
                                     done(other);
                                   }),
                                   hello_with("custom", "x"));
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().told == "the credential speaks for another principal");
}

TEST_CASE("what has run out is refused, whoever says yes", "[23.1.4-02]") {
  CHECK_FALSE(only_answer(with([](auto&, auto done) {
                            auto ended = alice();
                            ended.expires_at = now_of_forgeries;
                            done(ended);
                          }),
                          hello_with("custom", "x")));
  auto asked = hello_with("custom", "x");
  asked.credential.expires_at = base::to_rfc3339(now_of_forgeries);
  CHECK(only_answer(with(says_yes), asked).error().told == "the credential has expired, as it says itself");
  asked.credential.expires_at = "soon";
  CHECK(only_answer(with(says_yes), asked).error().told == "the credential's expires_at is no time");
  asked.credential.expires_at = base::to_rfc3339(now_of_forgeries + std::chrono::seconds{5});
  CHECK(only_answer(with(says_yes), asked)->expires_at == now_of_forgeries + std::chrono::seconds{5});
}

TEST_CASE("a handler that throws or forgets has not judged, and is answered for once", "[23.1.4-10]") {
  const auto thrown =
      only_answer(with([](auto&, auto) { throw std::runtime_error("the secret"); }), hello_with("custom", "x"));
  REQUIRE_FALSE(thrown);
  CHECK(thrown.error().is_unavailable);
  CHECK(thrown.error().logged == "a credential made its handler fail");
  CHECK(only_answer(with([](auto&, auto) {}), hello_with("custom", "x")).error().is_unavailable);
  CHECK(only_answer(with([](auto&, auto done) {
                      done(alice());
                      done(alice());
                      throw std::runtime_error("late");
                    }),
                    hello_with("custom", "x")));
}

TEST_CASE("verified sessions take certificate chains only", "[23.1.4-09]") {
  using protocol::security_profile;
  for (const char* type : {"bearer_token", "api_key", "mtls_fingerprint", "custom", "x509", ""}) {
    CHECK_FALSE(protocol::takes_credential(security_profile::verified, type));
    CHECK(protocol::takes_credential(security_profile::authenticated, type));
    CHECK(protocol::takes_credential(security_profile::open, type));
  }
  CHECK(protocol::takes_credential(security_profile::verified, "x509_chain"));
}
