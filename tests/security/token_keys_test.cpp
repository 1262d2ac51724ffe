#include "security/token_keys.hpp"

#include "tests/security/forge.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

using namespace mpac::security;
using namespace mpac::tests;

namespace {

/// Why a text is refused as a set of keys, with the line where that is known.
std::string refused(std::string_view text) {
  const auto read = token_keys::read(text);
  return read ? "" : to_string(read.error(), "f");
}

std::size_t count(std::string_view text) {
  const auto read = token_keys::read(text);
  INFO(refused(text));
  REQUIRE(read);
  return read->size();
}

const std::string unsupported = R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})";

} // namespace

TEST_CASE("keys are read from a set, from one JWK, and from PEM", "[23.1.4-03]") {
  const auto rsa = key_named("RSA-2048"), p256 = key_named("P-256");
  CHECK(count(jwk_set({jwk_of(rsa), jwk_of(p256), jwk_of(key_named("ED25519"))})) == 3);
  CHECK(count(jwk_of(rsa)) == 1);
  CHECK(count(public_pem(rsa) + "\nwords between\n" + public_pem(p256)) == 2);
  CHECK(count(pem_of(certify({.common_name = "signer"}, p256))) == 1);
}

TEST_CASE("keys that verify no tokens are passed over, and one at least must be left", "[23.1.4-03]") {
  const auto good = jwk_of(key_named("P-256"));
  for (const auto& other :
       {unsupported, jwk_of(key_named("RSA-2048"), "\"use\":\"enc\""),
        jwk_of(key_named("RSA-2048"), "\"alg\":\"RSA-OAEP\""), jwk_of(key_named("P-256"), "\"key_ops\":[\"sign\"]"),
        std::string(R"({"kty":"OKP","crv":"X25519","x":"AA"})"), std::string(R"({"kty":"new"})")}) {
    CHECK(count(jwk_set({other, good})) == 1);
    CHECK(refused(jwk_set({other})) == "f: holds no key that verifies tokens");
  }
  CHECK(count(jwk_set({jwk_of(key_named("RSA-2048"), "\"use\":\"sig\",\"key_ops\":[\"verify\"],\"alg\":\"PS512\"")})) ==
        1);
  CHECK(refused("{\"keys\":[]}") == "f: holds no key that verifies tokens");
}

TEST_CASE("a broken, weak or private key is refused with its place", "[23.1.4-03]") {
  const auto good = jwk_of(key_named("P-256"));
  CHECK(refused(jwk_set({good, jwk_of(key_named("RSA-1024"))})) ==
        "f: keys[1] an RSA key must have 2048 to 8192 bits, not 1024");
  CHECK(refused(jwk_set({jwk_of(key_named("P-256"), "\"d\":\"AA\"")})) ==
        "f: keys[0] is a private key; only its public part belongs here");
  CHECK(refused(R"({"kty":"oct","k":"c2hvcnQ"})") == "f: the key a secret must have at least 32 bytes");
  CHECK(refused(R"({"kty":"oct"})") == "f: the key has no k in base64url");
  CHECK(refused(R"({"kty":"RSA","n":"","e":""})") != "");
  CHECK(refused(R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})") ==
        "f: the key has no x and y in base64url that are a point of its curve");
  const std::string off_the_curve(32, '\x01');
  CHECK(refused(R"({"kty":"EC","crv":"P-256","x":")" + base64url(off_the_curve) + R"(","y":")" +
                base64url(off_the_curve) + "\"}") ==
        "f: the key has no x and y in base64url that are a point of its curve");
  CHECK(refused(R"({"kty":"OKP","crv":"Ed25519","x":"AA"})") ==
        "f: the key has no x in base64url that is an Ed25519 key");
  CHECK(refused(jwk_of(key_named("P-256"), "\"alg\":\"ES384\"")) == "f: the key its alg does not fit its kty and crv");
  CHECK(refused(jwk_of(key_named("P-256"), "\"alg\":\"HS256\"")) == "f: the key its alg does not fit its kty and crv");
  CHECK(refused(jwk_of(key_named("P-256"), "\"kid\":7")) == "f: the key its kid must be a text");
  CHECK(refused("{\"keys\":[7]}") == "f: keys[0] must be an object");
  CHECK(refused("{\"keys\":7}") == "f: keys must be a list");
  CHECK(refused("{}") == "f: the key has no kty");
  CHECK(refused("{\n  \"keys\": [}") == "f:2:12: Invalid value.");
  CHECK(refused("") != "");
  CHECK(refused("{\"kty\":\"oct\",\"kty\":\"EC\"}").find("a name is given twice in one object") != std::string::npos);
  CHECK(refused("\n" + private_pem(key_named("P-256"))) ==
        "f:2: the block is a private key; only its public part belongs here");
  CHECK(refused(public_pem(key_named("secp256k1"))) ==
        "f:1: the block holds a key of a kind that verifies no token here");
  CHECK(refused(public_pem(key_named("RSA-1024"))) ==
        "f:1: the block an RSA key must have 2048 to 8192 bits, not 1024");
  auto cut = public_pem(key_named("P-256"));
  CHECK(refused(cut.substr(0, cut.size() - 20)) == "f:1: a block does not end");
  cut.erase(40, 1);
  CHECK(refused(cut) == "f:1: a block does not decode");
}

TEST_CASE("a set is bounded", "[23.1.4-03]") {
  std::string list;
  for (int i = 0; i < 101; ++i)
    list += (i ? "," : "") + unsupported;
  CHECK(refused("{\"keys\":[" + list + "]}") == "f: there are more than 100 keys");
}

TEST_CASE("only a set with a secret in it must be kept private") {
  CHECK_FALSE(token_keys::read(jwk_of(key_named("P-256")))->hold_a_secret());
  CHECK(token_keys::read("{\"kty\":\"oct\",\"k\":\"" + base64url(std::string(32, 's')) + "\"}")->hold_a_secret());
}

TEST_CASE("a signature of ECDSA is two whole numbers in range, side by side, and nothing else", "[23.1.4-03]") {
  const auto keys = *token_keys::read(jwk_of(key_named("P-256")));
  const std::string text = "signed";
  const auto good = signature_of("ES256", text, key_named("P-256"));
  const auto verifies = [&](const std::string& signature) {
    return keys.verifies(token_algorithm::es256, std::nullopt, text, signature);
  };
  REQUIRE(verifies(good));
  const auto r = good.substr(0, 32), s = good.substr(32);
  const std::string zero(32, '\0'), one = std::string(31, '\0') + '\x01', most(32, '\xff');
  // The order of P-256.
  const std::string n = "\xff\xff\xff\xff" + std::string(4, '\0') + std::string(8, '\xff') +
                        "\xbc\xe6\xfa\xad\xa7\x17\x9e\x84\xf3\xb9\xca\xc2\xfc\x63\x25\x51";
  REQUIRE(n.size() == 32);
  for (const auto& bad : {zero + zero, zero + s, r + zero, one + one, one + s, n + s, r + n, n + zero, most + most,
                          s + r, r, s, std::string(), good + '\0', '\0' + good, good.substr(0, 63), good.substr(1),
                          good + good, std::string(1, '\0') + r + std::string(1, '\0') + s})
    CHECK_FALSE(verifies(bad));
  // Every single bit counts.
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    auto altered = good;
    altered[bit / 8] ^= static_cast<char>(1 << bit % 8);
    CHECK_FALSE(verifies(altered));
  }
  // DER, as OpenSSL and X.509 write it, is no JOSE signature: neither whole nor cut to its length.
  const std::string der = "\x30\x44\x02\x20" + r + "\x02\x20" + s;
  CHECK_FALSE(verifies(der));
  CHECK_FALSE(verifies(der.substr(0, 64)));
  // Nor is one of another curve's size.
  CHECK_FALSE(verifies(signature_of("ES384", text, key_named("P-384"))));
}

TEST_CASE("short numbers in a signature keep their leading zeros", "[23.1.4-03]") {
  const auto keys = *token_keys::read(jwk_of(key_named("P-256")));
  int found = 0;
  for (int i = 0; i < 3000 && found < 3; ++i) {
    const auto text = std::to_string(i);
    const auto good = signature_of("ES256", text, key_named("P-256"));
    CHECK(keys.verifies(token_algorithm::es256, std::nullopt, text, good));
    if (good[0] != '\0' && good[32] != '\0')
      continue;
    ++found;
    const auto short_one = good[0] == '\0' ? good.substr(1) : good.substr(0, 32) + good.substr(33);
    CHECK_FALSE(keys.verifies(token_algorithm::es256, std::nullopt, text, short_one));
  }
  CHECK(found == 3);
}

TEST_CASE("signatures of Ed25519 and RSA have their length, and every bit counts", "[23.1.4-03]") {
  const auto keys = *token_keys::read(jwk_set({jwk_of(key_named("ED25519")), jwk_of(key_named("RSA-2048"))}));
  for (const auto& [algorithm, name, key] :
       {std::tuple{token_algorithm::eddsa, "EdDSA", "ED25519"}, std::tuple{token_algorithm::rs256, "RS256", "RSA-2048"},
        std::tuple{token_algorithm::ps256, "PS256", "RSA-2048"}}) {
    const auto good = signature_of(name, "text", key_named(key));
    const auto verifies = [&, algorithm = algorithm](const std::string& bytes, const std::string& text = "text") {
      return keys.verifies(algorithm, std::nullopt, text, bytes);
    };
    CHECK(verifies(good));
    CHECK_FALSE(verifies(good, "texts"));
    for (const auto& bad : {std::string(), good + '\0', '\0' + good, good.substr(1), good.substr(0, good.size() - 1)})
      CHECK_FALSE(verifies(bad));
    for (std::size_t i = 0; i < good.size(); i += 7) {
      auto altered = good;
      altered[i] ^= 16;
      CHECK_FALSE(verifies(altered));
    }
  }
  // S + L is the same number to a careless reader of Ed25519.
  auto good = signature_of("EdDSA", "text", key_named("ED25519"));
  const unsigned char order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                   0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                   0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned char>(good[32 + i]) + order[i];
    good[32 + i] = static_cast<char>(carry);
    carry >>= 8;
  }
  CHECK_FALSE(keys.verifies(token_algorithm::eddsa, std::nullopt, "text", good));
}
