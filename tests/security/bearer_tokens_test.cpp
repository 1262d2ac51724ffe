#include "security/bearer_tokens.hpp"

#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <map>
#include <string>
#include <vector>

using namespace mpac;
using namespace mpac::security;
using namespace mpac::tests;

namespace {

const std::string secret = "0123456789abcdef0123456789abcdef";
constexpr long now = 1'900'000'000;

std::string header_of(const std::string& algorithm, const std::string& more = "") {
  return "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"" + more + "}";
}

/// Good claims; a member of `others` takes the place of the one of its name. `""` as a value leaves it out.
std::string claims_with(std::map<std::string, std::string> others = {}) {
  std::map<std::string, std::string> all{{"iss", "\"https://auth.example\""}, {"aud", "\"hub\""},
                                         {"sub", "\"agent:alice\""},          {"exp", std::to_string(now + 600)},
                                         {"iat", std::to_string(now - 10)},   {"nbf", std::to_string(now - 10)}};
  for (auto& [name, value] : others)
    all[name] = value;
  std::string text;
  for (const auto& [name, value] : all)
    if (!value.empty())
      text += (text.empty() ? "\"" : ",\"") + name + "\":" + value;
  return '{' + text + '}';
}

token_keys keys_of(std::string_view text) {
  auto read = token_keys::read(text);
  if (!read)
    FAIL(read.error().what);
  return *read;
}

bearer_tokens taking(const token_keys& keys) {
  token_terms terms;
  terms.issuer = "https://auth.example";
  terms.audience = "hub";
  return {terms, keys};
}

bearer_tokens usual() {
  return taking(keys_of(jwk_set({jwk_of(key_named("P-256"), "\"kid\":\"a\"")})));
}

std::string token_with(std::map<std::string, std::string> others) {
  return token_of("ES256", header_of("ES256"), claims_with(std::move(others)), key_named("P-256"));
}

/// What the peer is told; empty: the token is taken.
std::string told(const credential_verdict& verdict) {
  if (!verdict)
    CHECK_FALSE(verdict.error().is_unavailable);
  return verdict ? "" : verdict.error().told;
}

std::string told_of(const std::string& token) {
  return told(usual().judge(hello_with("bearer_token", token)));
}

} // namespace

TEST_CASE("a token is taken that is signed with each of the algorithms", "[23.1.4-03][23.1.2-02]") {
  const auto set =
      keys_of(jwk_set({jwk_of(key_named("RSA-2048")), jwk_of(key_named("P-256")), jwk_of(key_named("P-384")),
                       jwk_of(key_named("ED25519")), "{\"kty\":\"oct\",\"k\":\"" + base64url(secret) + "\"}"}));
  for (const auto& [algorithm, key] : std::map<std::string, std::string>{{"RS256", "RSA-2048"},
                                                                         {"RS384", "RSA-2048"},
                                                                         {"RS512", "RSA-2048"},
                                                                         {"PS256", "RSA-2048"},
                                                                         {"PS384", "RSA-2048"},
                                                                         {"PS512", "RSA-2048"},
                                                                         {"ES256", "P-256"},
                                                                         {"ES384", "P-384"},
                                                                         {"EdDSA", "ED25519"},
                                                                         {"HS256", "P-256"}}) {
    CAPTURE(algorithm);
    const auto token = token_of(algorithm, header_of(algorithm), claims_with(), key_named(key), secret);
    const auto verdict = taking(set).judge(hello_with("bearer_token", token));
    CHECK(told(verdict).empty());
    REQUIRE(verdict);
    CHECK(verdict->principal_id.str() == "agent:alice");
    CHECK(verdict->method == "bearer_token");
    CHECK(verdict->issuer == "https://auth.example");
    CHECK_FALSE(verdict->roles);
    CHECK(verdict->tenant.empty());
    CHECK(verdict->expires_at == now_of_forgeries + std::chrono::seconds{660}); // with the leeway

    auto altered = token;
    altered[altered.find('.') + 5] ^= 1;
    CHECK(told(taking(set).judge(hello_with("bearer_token", altered))) != "");
    const auto other = key_named(key + " other");
    const auto forged =
        token_of(algorithm, header_of(algorithm), claims_with(), other, "another secret of at least 32 bytes");
    CHECK(told(taking(set).judge(hello_with("bearer_token", forged))) ==
          "the token's signature is by no key that is trusted here");
  }
}

TEST_CASE("a token grants roles, sessions and a tenant", "[23.1.4-03]") {
  const auto verdict = usual().judge(hello_with("bearer_token", token_with({{"mpac_roles", "[\"owner\",\"reviewer\"]"},
                                                                            {"mpac_sessions", "[\"r\",\"s\"]"},
                                                                            {"mpac_tenant", "\"t\""}})));
  REQUIRE(verdict);
  CHECK(verdict->roles == std::vector<std::string>{"owner", "reviewer"});
  CHECK(verdict->tenant == "t");
  CHECK(told_of(token_with({{"mpac_sessions", "\"*\""}})).empty());
  CHECK(told_of(token_with({{"mpac_sessions", "[\"*\"]"}})).empty());
  CHECK(usual().judge(hello_with("bearer_token", token_with({{"mpac_roles", "[]"}})))->roles ==
        std::vector<std::string>{});
}

TEST_CASE("a token of another session is refused", "[23.1.4-03][23.1.4-13]") {
  CHECK(told_of(token_with({{"mpac_sessions", "[\"r\",\"S\"]"}})) == "the token is not for this session");
  CHECK(told_of(token_with({{"mpac_sessions", "[]"}})) == "the token is not for this session");
  CHECK(told_of(token_with({{"mpac_sessions", "\"s\""}})) ==
        "the token's claim mpac_sessions must be a list of sessions or \"*\"");
  CHECK(told_of(token_with({{"mpac_sessions", "[\"s\",1]"}})) != "");
}

TEST_CASE("a token of another principal is refused", "[23.1.2-04][23.1.4-13]") {
  CHECK(told_of(token_with({{"sub", "\"agent:bob\""}})) == "the token speaks for another principal");
  CHECK(told_of(token_with({{"sub", "\"agent:alice \""}})) == "the token speaks for another principal");
  CHECK(told_of(token_with({{"sub", ""}})) == "the token's claim sub must name a principal");
  CHECK(told_of(token_with({{"sub", "[\"agent:alice\"]"}})) == "the token's claim sub must name a principal");
}

TEST_CASE("a token of another issuer is refused", "[23.1.4-03]") {
  for (const char* issuer : {"\"https://auth.example/\"", "\"\"", "", "7", "[\"https://auth.example\"]"})
    CHECK(told_of(token_with({{"iss", issuer}})) == "the token is of another issuer");
}

TEST_CASE("a HELLO that names another issuer than its token is refused", "[23.1.4-04]") {
  auto asked = hello_with("bearer_token", token_with({}));
  asked.credential.issuer = "https://auth.example";
  CHECK(told(usual().judge(asked)).empty());
  asked.credential.issuer = "https://other.example";
  CHECK(told(usual().judge(asked)) == "the credential's issuer is not the token's");
}

TEST_CASE("a token for another audience is refused", "[23.1.4-03]") {
  CHECK(told_of(token_with({{"aud", "[\"x\",\"hub\"]"}})).empty());
  for (const char* audience : {"\"other\"", "[\"x\"]", "[]", "", "[\"hub\",1]", "\"Hub\"", "null"})
    CHECK(told_of(token_with({{"aud", audience}})) == "the token is for another audience");
}

TEST_CASE("nothing is taken where the issuer or the audience is not set", "[23.1.4-03]") {
  token_terms terms;
  terms.audience = "hub";
  const auto keys = keys_of(jwk_of(key_named("P-256")));
  CHECK_FALSE(bearer_tokens(terms, keys).judge(hello_with("bearer_token", token_with({{"iss", "\"\""}}))));
  terms = {};
  terms.issuer = "https://auth.example";
  CHECK_FALSE(bearer_tokens(terms, keys).judge(hello_with("bearer_token", token_with({{"aud", "\"\""}}))));
}

TEST_CASE("a token's dates hold to the second, with the leeway", "[23.1.4-03]") {
  const auto at = [](long seconds) { return std::to_string(now + seconds); };
  CHECK(told_of(token_with({{"exp", at(-59)}, {"iat", at(-100)}})).empty());
  CHECK(told_of(token_with({{"exp", at(-60)}, {"iat", at(-100)}})) == "the token has expired");
  CHECK(told_of(token_with({{"exp", ""}})) == "the token does not say when it expires (exp)");
  CHECK(told_of(token_with({{"nbf", at(60)}})).empty());
  CHECK(told_of(token_with({{"nbf", at(61)}})) == "the token is not valid yet (nbf)");
  CHECK(told_of(token_with({{"nbf", ""}, {"iat", ""}})).empty());
  CHECK(told_of(token_with({{"iat", at(61)}})) == "the token was issued (iat) in the future");
  CHECK(told_of(token_with({{"iat", at(30)}, {"exp", at(20)}})) == "the token was issued (iat) in the future");
  CHECK(told_of(token_with({{"exp", at(1) + ".5"}})).empty());
  for (const char* bad : {"\"1900000600\"", "1e300", "-1", "null", "true", "[1900000600]", "253402300800"})
    for (const char* claim : {"exp", "nbf", "iat"})
      CHECK(told_of(token_with({{claim, bad}})) == "the token holds a date (exp, nbf, iat) that is none");
}

TEST_CASE("a token without a signature is refused, whatever it says", "[23.1.4-03]") {
  const auto claims = base64url(claims_with());
  for (const char* none : {"none", "None", "NONE", "nOnE", ""}) {
    CHECK(told_of(base64url(header_of(none)) + '.' + claims + '.') ==
          "the token is not signed with an algorithm that is taken here");
  }
  const auto good = token_with({});
  CHECK(told_of(good.substr(0, good.rfind('.') + 1)) == "the token's signature is by no key that is trusted here");
  CHECK(told_of(good.substr(0, good.rfind('.'))) == "the token is no signed JWT: it must have three parts");
  CHECK(told_of(base64url("{}") + '.' + claims + '.' + base64url("x")) ==
        "the token is not signed with an algorithm that is taken here");
  CHECK(told_of(base64url("{\"alg\":[\"ES256\"]}") + '.' + claims + '.' + base64url("x")) ==
        "the token is not signed with an algorithm that is taken here");
}

TEST_CASE("a public key is no secret: tokens signed with it as one are refused", "[23.1.4-03]") {
  for (const char* name : {"RSA-2048", "P-256", "ED25519"}) {
    const auto key = key_named(name);
    const auto pem = public_pem(key);
    for (const auto& keys : {keys_of(pem), keys_of(jwk_of(key)), keys_of(jwk_of(key, "\"kid\":\"a\""))})
      for (const auto& attempt : {pem, pem.substr(0, pem.size() - 1), jwk_of(key)})
        CHECK(told(taking(keys).judge(hello_with(
                  "bearer_token", token_of("HS256", header_of("HS256"), claims_with(), nullptr, attempt)))) ==
              "the token's signature is by no key that is trusted here");
  }
}

TEST_CASE("a key verifies the algorithms of its kind, and of those only its own alg", "[23.1.4-03]") {
  const auto rsa = key_named("RSA-2048");
  const auto only_pss = taking(keys_of(jwk_of(rsa, "\"alg\":\"PS256\"")));
  const auto by = [&](const char* algorithm) {
    return hello_with("bearer_token", token_of(algorithm, header_of(algorithm), claims_with(), rsa));
  };
  CHECK(only_pss.judge(by("PS256")));
  CHECK_FALSE(only_pss.judge(by("RS256")));
  CHECK_FALSE(only_pss.judge(by("PS384")));
  const auto with_secret = taking(keys_of("{\"kty\":\"oct\",\"k\":\"" + base64url(secret) + "\"}"));
  const auto named = [](const char* said, const char* done, const forged_key& key) {
    return hello_with("bearer_token", token_of(done, header_of(said), claims_with(), key, secret));
  };
  REQUIRE(with_secret.judge(named("HS256", "HS256", nullptr)));
  for (const char* said : {"RS256", "PS256", "ES256", "EdDSA"})
    CHECK_FALSE(with_secret.judge(named(said, "HS256", nullptr)));
  CHECK_FALSE(taking(keys_of(jwk_of(rsa))).judge(named("HS256", "RS256", rsa)));
  CHECK_FALSE(usual().judge(named("RS256", "ES256", key_named("P-256"))));
  // What the header says counts, and must be what was done.
  const auto lying = token_of("RS256", header_of("PS256"), claims_with(), rsa);
  CHECK_FALSE(taking(keys_of(jwk_of(rsa))).judge(hello_with("bearer_token", lying)));
}

TEST_CASE("a token names its key, and no other is asked", "[23.1.4-03]") {
  const auto a = key_named("P-256"), b = key_named("P-256 b");
  const auto keys = keys_of(jwk_set({jwk_of(a, "\"kid\":\"a\""), jwk_of(b, "\"kid\":\"b\"")}));
  const auto by_a = [&](const std::string& more) {
    return hello_with("bearer_token", token_of("ES256", header_of("ES256", more), claims_with(), a));
  };
  CHECK(taking(keys).judge(by_a(",\"kid\":\"a\"")));
  CHECK(taking(keys).judge(by_a("")));
  CHECK(told(taking(keys).judge(by_a(",\"kid\":\"b\""))) == "the token's signature is by no key that is trusted here");
  CHECK(told(taking(keys).judge(by_a(",\"kid\":\"c\""))) == "the token's signature is by no key that is trusted here");
  CHECK(told(taking(keys).judge(by_a(",\"kid\":1"))) == "the token names its key (kid) by something that is no text");
  // A key without a name may be any token's.
  CHECK(taking(keys_of(jwk_of(a))).judge(by_a(",\"kid\":\"c\"")));
  const auto named = keys_of("kid: a\n" + public_pem(a) + "kid: b\n" + public_pem(b));
  CHECK(taking(named).judge(by_a(",\"kid\":\"a\"")));
  CHECK_FALSE(taking(named).judge(by_a(",\"kid\":\"b\"")));
}

TEST_CASE("a token can't bring its own key", "[23.1.4-03]") {
  const auto own = key_named("P-256 own");
  for (const auto& more : {",\"jwk\":" + jwk_of(own), std::string(",\"jku\":\"https://evil.example/keys\"")})
    CHECK(told_of(token_of("ES256", header_of("ES256", more), claims_with(), own)) ==
          "the token's signature is by no key that is trusted here");
}

TEST_CASE("a header that asks for more than a signed token is refused", "[23.1.4-03]") {
  const auto with = [](const std::string& header) {
    return told_of(token_of("ES256", header, claims_with(), key_named("P-256")));
  };
  CHECK(with(header_of("ES256", ",\"crit\":[\"x\"],\"x\":1")) ==
        "the token asks for an extension (crit, b64) that is not understood here");
  CHECK(with(header_of("ES256", ",\"b64\":false")) ==
        "the token asks for an extension (crit, b64) that is not understood here");
  CHECK(with("{\"alg\":\"ES256\"}").empty());
  CHECK(with("{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}").empty());
  CHECK(with("{\"alg\":\"ES256\",\"typ\":\"application/JWT\"}").empty());
  CHECK(with("{\"alg\":\"ES256\",\"typ\":\"logout+jwt\"}") == "the token is of another type (typ) than JWT");
  CHECK(with("{\"alg\":\"ES256\",\"typ\":null}") == "the token is of another type (typ) than JWT");
}

TEST_CASE("a token that two readers could understand differently is refused", "[23.1.4-03]") {
  const auto key = key_named("P-256");
  CHECK(told_of(token_of("ES256", "{\"alg\":\"ES256\",\"alg\":\"none\"}", claims_with(), key)) ==
        "the token has a header that is no plain JSON object");
  CHECK(told_of(token_of("ES256", header_of("ES256"), "{\"sub\":\"agent:bob\"," + claims_with().substr(1), key)) ==
        "the token's claims are no plain JSON object");
  CHECK(told_of(token_of("ES256", header_of("ES256"), "{\"\\u0073ub\":\"agent:bob\"," + claims_with().substr(1),
                         key)) == "the token's claims are no plain JSON object");
  CHECK(told_of(token_of("ES256", header_of("ES256"), claims_with() + std::string(1, '\0'), key)) ==
        "the token's claims are no plain JSON object");
  const auto good = token_with({});
  CHECK(told_of(good).empty());
  for (const auto& spoilt : {good + "=", good + "\n", " " + good, good + ".", good + ".AA"})
    CHECK(told_of(spoilt) != "");
  // The last letter of 64 bytes has four bits to spare.
  auto respelt = good;
  respelt.back() = respelt.back() == 'A' ? 'B' : static_cast<char>(respelt.back() + 1);
  CHECK(told_of(respelt) == "the token is not written in base64url without padding");
}

TEST_CASE("a token is bounded", "[23.1.4-03]") {
  const auto padded = token_with({{"x", '"' + std::string(20'000, 'x') + '"'}});
  CHECK(told_of(padded) == "the token is too long");
  CHECK(told_of(token_with({{"x", std::string(40, '[') + std::string(40, ']')}})) ==
        "the token's claims are no plain JSON object");
  for (const char* nothing : {"", ".", "..", "...", "a.b.c"})
    CHECK(told_of(nothing) != "");
}

TEST_CASE("what is told and logged of a token repeats nothing of it", "[23.1.4-13]") {
  for (const auto& token :
       {token_with({{"sub", "\"agent:bob\""}}), token_with({{"iss", "\"hidden-one\""}}),
        token_of("ES256", header_of("ES256", ",\"kid\":\"hidden-kid\""), claims_with(), key_named("P-256 c"))}) {
    const auto verdict = usual().judge(hello_with("bearer_token", token));
    REQUIRE_FALSE(verdict);
    for (const auto& text : {verdict.error().told, verdict.error().logged}) {
      CHECK(text.find("hidden") == std::string::npos);
      CHECK(text.find("bob") == std::string::npos);
      CHECK(text.find(token.substr(0, 10)) == std::string::npos);
    }
  }
}
