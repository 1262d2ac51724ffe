#include "security/api_keys.hpp"

#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

using namespace mpac;
using namespace mpac::security;
using namespace mpac::tests;

namespace {

const std::string secret = "pH1v5l0mV9yN3p3pXo2QXo7r3c7kJ9bW";
constexpr const char* told_to_all = "the API key is unknown, has expired, or is not for this principal in this session";

credential_grant alice() {
  credential_grant grant;
  grant.principal_id = protocol::principal_id{"agent:alice"};
  grant.roles = {"contributor"};
  grant.sessions = {"r", "s"};
  grant.tenant = "acme";
  return grant;
}

api_keys knowing(const credential_grant& grant) {
  return api_keys({{sha256(secret), grant}});
}

credential_refusal refused(const credential_verdict& verdict) {
  REQUIRE_FALSE(verdict);
  return verdict.error();
}

} // namespace

TEST_CASE("a registered API key is taken, with what it grants", "[23.1.4-06][23.1.2-02]") {
  const auto verdict = knowing(alice()).judge(hello_with("api_key", secret));
  REQUIRE(verdict);
  CHECK(verdict->principal_id.str() == "agent:alice");
  CHECK(verdict->method == "api_key");
  CHECK(verdict->issuer.empty());
  CHECK(verdict->roles == std::vector<std::string>{"contributor"});
  CHECK(verdict->tenant == "acme");
  CHECK(verdict->expires_at == base::never);
}

TEST_CASE("an unknown, altered or stripped API key is refused", "[23.1.4-06][23.1.4-13]") {
  for (const auto& other : {std::string(), std::string("x"), secret + " ", secret.substr(1), '\0' + secret,
                            to_hex(sha256(secret)), std::string("*")}) {
    const auto said = refused(knowing(alice()).judge(hello_with("api_key", other)));
    CHECK(said.told == told_to_all);
    CHECK(said.logged == "the API key is unknown");
    CHECK_FALSE(said.is_unavailable);
  }
}

TEST_CASE("an API key speaks for nobody else, in no other session, and not for ever", "[23.1.4-06][23.1.2-04]") {
  auto asked = hello_with("api_key", secret);
  asked.principal_id = protocol::principal_id{"agent:bob"};
  CHECK(refused(knowing(alice()).judge(asked)).logged == "the API key of agent:alice speaks for another principal");
  CHECK(refused(knowing(alice()).judge(asked)).told == told_to_all);
  asked = hello_with("api_key", secret);
  asked.session_id = protocol::session_id{"t"};
  CHECK(refused(knowing(alice()).judge(asked)).logged == "the API key of agent:alice is not for this session");
  CHECK(refused(knowing(alice()).judge(asked)).told == told_to_all);

  auto grant = alice();
  grant.expires_at = now_of_forgeries + base::duration{1};
  CHECK(knowing(grant).judge(hello_with("api_key", secret))->expires_at == grant.expires_at);
  grant.expires_at = now_of_forgeries;
  CHECK(refused(knowing(grant).judge(hello_with("api_key", secret))).logged ==
        "the API key of agent:alice has expired");
  CHECK(refused(knowing(grant).judge(hello_with("api_key", secret))).told == told_to_all);
}

TEST_CASE("a grant without a list of sessions, or with a star in it, covers all", "[23.1.4-06]") {
  auto grant = alice();
  for (const auto& all :
       {std::optional<std::vector<std::string>>{}, std::optional{std::vector<std::string>{"x", "*"}}}) {
    grant.sessions = all;
    CHECK(knowing(grant).judge(hello_with("api_key", secret)));
  }
  grant.sessions = std::vector<std::string>{};
  CHECK_FALSE(knowing(grant).judge(hello_with("api_key", secret)));
}

TEST_CASE("the registry knows digests alone, and asks for them by what an attacker can't aim", "[23.1.4-06]") {
  // What is kept is a table from SHA-256 to a grant: no secret is there that a comparison could give away, neighbours
  // of a secret share nothing of its digest, and equality of digests takes no notice of where they differ.
  STATIC_REQUIRE(std::is_same_v<registered_grants::key_type, digest>);
  STATIC_REQUIRE(std::is_same_v<registered_grants::hasher, digest_hash>);
  const auto right = sha256(secret);
  for (std::size_t i = 0; i < secret.size(); ++i) {
    auto near = secret;
    near[i] ^= 1;
    const auto wrong = sha256(near);
    CHECK_FALSE(wrong == right);
    std::size_t same = 0;
    for (std::size_t at = 0; at < 32; ++at)
      same += wrong.bytes[at] == right.bytes[at];
    CHECK(same < 6);
    CHECK(digest_hash{}(wrong) != digest_hash{}(right));
  }
}
