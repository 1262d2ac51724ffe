#include "tools/mpac/credentials.hpp"

#include "security/base64url.hpp"
#include "security/digest.hpp"
#include "security/key_generation.hpp"
#include "tests/support/catch_result.hpp"
#include "tools/mpac/json.hpp"

using namespace mpac;
using namespace mpac::tools;
using namespace std::chrono_literals;

namespace {

const base::instant now = base::instant{} + 1000s;

} // namespace

TEST_CASE("a token is signed over what it says", "[23.1.4-03]") {
  for (const auto type : {security::key_type::ed25519, security::key_type::p256}) {
    const auto pair = security::generate_key({type, "issuer", base::now()});
    REQUIRE(pair);
    const auto key = security::signing_key::of(pair->private_key_pem, pair->certificate_pem);
    REQUIRE(key);
    const auto token =
        signed_token({.principal_id = "agent:a", .roles = {"owner"}, .sessions = {}, .tenant = {}, .valid_for = {}},
                     {"me", "hub", "t1", 60s}, now, *key);
    const auto dot = token.rfind('.');
    const auto signature = security::read_base64url(token.substr(dot + 1));
    REQUIRE(signature);
    CHECK(key->verifying().verifies(token.substr(0, dot), *signature));
    const auto claims =
        json::parse(*security::read_base64url(token.substr(token.find('.') + 1, dot - token.find('.') - 1)));
    CHECK(claims == json::parse(R"({"iss":"me","aud":"hub","sub":"agent:a","iat":1000,"exp":1060,"jti":"t1",
                                    "mpac_roles":["owner"]})"));
  }
}

TEST_CASE("the hub's file gets a key's hash and what it says", "[23.1.4-06]") {
  CHECK(api_key_block("secret", {"agent:\"b\"", {"owner", "reviewer"}, {"s"}, "acme", 60s}, now) ==
        "[[key]]\nsha256       = \"" + security::to_hex(security::sha256("secret")) +
            "\"\nprincipal_id = \"agent:\\\"b\\\"\"\nroles        = [\"owner\",\"reviewer\"]\nsessions     = [\"s\"]\n"
            "tenant       = \"acme\"\nexpires_at   = \"" +
            base::to_rfc3339(now + 60s) + "\"\n");
}

TEST_CASE("spans of time have a unit or are seconds") {
  CHECK(*read_span("90") == 90s);
  CHECK(*read_span("90s") == 90s);
  CHECK(*read_span("15m") == 15min);
  CHECK(*read_span("12h") == 12h);
  CHECK(*read_span("30d") == 720h);
  for (const char* bad : {"", "0", "-1", "h", "1w", "1 h", "1h1", "99999999999999999999", "9223372036854775807d"})
    CHECK_FALSE(read_span(bad));
}
