#include "security/token_key.hpp"

#include "security/base64url.hpp"
#include "security/digest.hpp"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

namespace mpac::security {
namespace {

using context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using big_number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using shared_key = std::shared_ptr<EVP_PKEY>;

constexpr int least_rsa_bits = 2048, most_rsa_bits = 8192;
constexpr std::size_t least_secret = 32;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

shared_key owned(EVP_PKEY* key) {
  return {key, freed_by<EVP_PKEY_free>{}};
}

const EVP_MD* hash_of(token_algorithm algorithm) {
  switch (algorithm) {
  case token_algorithm::rs384:
  case token_algorithm::ps384:
  case token_algorithm::es384:
    return EVP_sha384();
  case token_algorithm::rs512:
  case token_algorithm::ps512:
    return EVP_sha512();
  case token_algorithm::eddsa:
    return nullptr;
  default:
    return EVP_sha256();
  }
}

bool is_pss(token_algorithm algorithm) {
  return algorithm == token_algorithm::ps256 || algorithm == token_algorithm::ps384 ||
         algorithm == token_algorithm::ps512;
}

/// r and s side by side, as the DER that OpenSSL reads; empty: they are not as long as they must be.
std::string der_of(std::string_view r_and_s, std::size_t length) {
  if (r_and_s.size() != 2 * length)
    return {};
  const std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>> pair(ECDSA_SIG_new());
  big_number r(BN_bin2bn(octets(r_and_s), static_cast<int>(length), nullptr));
  big_number s(BN_bin2bn(octets(r_and_s.substr(length)), static_cast<int>(length), nullptr));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1)
    return {};
  (void)r.release(); // the pair's now
  (void)s.release();
  std::array<unsigned char, 128> der;
  auto* to = der.data();
  const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
  if (size <= 0 || static_cast<std::size_t>(size) > der.size() || i2d_ECDSA_SIG(pair.get(), &to) != size)
    return {};
  return {reinterpret_cast<const char*>(der.data()), static_cast<std::size_t>(size)};
}

std::string_view known_curve(const EVP_PKEY* key, std::array<char, 64>& space) {
  std::size_t length = 0;
  if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, space.data(), space.size(), &length) != 1)
    return {};
  return {space.data(), length};
}

/// A public key made of named parts.
shared_key assemble(const char* type, OSSL_PARAM_BLD* parts) {
  const std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(parts));
  const context making(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters && making && EVP_PKEY_fromdata_init(making.get()) == 1)
    (void)EVP_PKEY_fromdata(making.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  ERR_clear_error();
  return owned(key);
}

using builder = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;

shared_key rsa_key(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > most_rsa_bits / 8 + 1 || exponent.size() > 8)
    return nullptr;
  const big_number n(BN_bin2bn(octets(modulus), static_cast<int>(modulus.size()), nullptr));
  const big_number e(BN_bin2bn(octets(exponent), static_cast<int>(exponent.size()), nullptr));
  const builder parts(OSSL_PARAM_BLD_new());
  if (!n || !e || !parts || OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return assemble("RSA", parts.get());
}

shared_key ec_key(const char* curve, const std::string& point) {
  const builder parts(OSSL_PARAM_BLD_new());
  if (!parts || OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return assemble("EC", parts.get());
}

/// What is wrong with it, if anything.
std::optional<std::string> weakness(token_key_kind kind, EVP_PKEY* key) {
  if (kind == token_key_kind::rsa) {
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < least_rsa_bits || bits > most_rsa_bits)
      return "an RSA key must have " + std::to_string(least_rsa_bits) + " to " + std::to_string(most_rsa_bits) +
             " bits, not " + std::to_string(bits);
    BIGNUM* found = nullptr;
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &found);
    const big_number exponent(found);
    if (!exponent || !BN_is_odd(exponent.get()) || BN_is_one(exponent.get()) || BN_num_bits(exponent.get()) > 64)
      return "an RSA key's exponent must be odd, from 3 on and below 2^64";
  }
  const context check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  const bool is_good = check && EVP_PKEY_public_check(check.get()) == 1;
  ERR_clear_error();
  if (!is_good)
    return "the key's numbers do not make a public key";
  return std::nullopt;
}

} // namespace

bool fits(token_key_kind kind, token_algorithm algorithm) noexcept {
  switch (algorithm) {
  case token_algorithm::es256:
    return kind == token_key_kind::p256;
  case token_algorithm::es384:
    return kind == token_key_kind::p384;
  case token_algorithm::eddsa:
    return kind == token_key_kind::ed25519;
  case token_algorithm::hs256:
    return kind == token_key_kind::secret;
  default:
    return kind == token_key_kind::rsa;
  }
}

bool token_keys::key::verifies(token_algorithm algorithm, std::string_view bytes, std::string_view signature) const {
  if (!fits(kind, algorithm) || (only_for && *only_for != algorithm))
    return false;
  if (kind == token_key_kind::secret)
    return signature.size() == 32 &&
           CRYPTO_memcmp(keyed_sha256(secret, bytes).bytes.data(), signature.data(), signature.size()) == 0;
  std::string der;
  if (kind == token_key_kind::p256 || kind == token_key_kind::p384) {
    der = der_of(signature, kind == token_key_kind::p256 ? 32 : 48);
    if (der.empty())
      return false;
    signature = der;
  }
  const std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>> check(EVP_MD_CTX_new());
  EVP_PKEY_CTX* terms = nullptr; // the check's own
  bool good = check && EVP_DigestVerifyInit(check.get(), &terms, hash_of(algorithm), nullptr, public_key.get()) == 1;
  if (good && kind == token_key_kind::rsa)
    good = EVP_PKEY_CTX_set_rsa_padding(terms, is_pss(algorithm) ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1;
  if (good && is_pss(algorithm))
    good = EVP_PKEY_CTX_set_rsa_pss_saltlen(terms, RSA_PSS_SALTLEN_DIGEST) == 1;
  good = good && EVP_DigestVerify(check.get(), octets(signature), signature.size(), octets(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return good;
}

base::result<std::optional<token_keys::key>, std::string> token_keys::key::of(std::shared_ptr<EVP_PKEY> public_key) {
  std::optional<token_key_kind> kind;
  std::array<char, 64> space;
  if (EVP_PKEY_is_a(public_key.get(), "RSA")) {
    kind = token_key_kind::rsa;
  } else if (EVP_PKEY_is_a(public_key.get(), "ED25519")) {
    kind = token_key_kind::ed25519;
  } else if (EVP_PKEY_is_a(public_key.get(), "EC")) {
    const auto curve = known_curve(public_key.get(), space);
    if (curve == "prime256v1" || curve == "P-256")
      kind = token_key_kind::p256;
    else if (curve == "secp384r1" || curve == "P-384")
      kind = token_key_kind::p384;
  }
  ERR_clear_error();
  if (!kind)
    return std::optional<key>{};
  if (auto wrong = weakness(*kind, public_key.get()))
    return base::fail(*std::move(wrong));
  return std::optional<key>{key{*kind, std::nullopt, std::nullopt, std::move(public_key), {}}};
}

base::result<std::optional<token_keys::key>, std::string> token_keys::key::of_jwk(const json_object& jwk) {
  const auto none = std::optional<key>{};
  const auto* type = find_text(jwk, "kty");
  if (!type)
    return base::fail(std::string("has no kty"));
  if (const auto* use = find(jwk, "use"); use && (!use->text() || *use->text() != "sig"))
    return none;
  if (const auto* uses = find(jwk, "key_ops")) {
    const auto names = texts_of(*uses);
    if (!names || std::find(names->begin(), names->end(), "verify") == names->end())
      return none;
  }
  std::optional<token_algorithm> only_for;
  if (const auto* algorithm = find(jwk, "alg")) {
    only_for = algorithm->text() ? token_algorithm_of(*algorithm->text()) : std::nullopt;
    if (!only_for)
      return none;
  }
  const auto part = [&](std::string_view name) {
    const auto* text = find_text(jwk, name);
    return text ? read_base64url(*text) : std::nullopt;
  };
  const auto* curve = find_text(jwk, "crv");
  const bool is_p256 = curve && *curve == "P-256", is_p384 = curve && *curve == "P-384";
  if (*type != "oct" && find(jwk, "d"))
    return base::fail(std::string("is a private key; only its public part belongs here"));

  base::result<std::optional<key>, std::string> made = none;
  if (*type == "oct") {
    auto secret = part("k");
    if (!secret)
      return base::fail(std::string("has no k in base64url"));
    if (secret->size() < least_secret)
      return base::fail("a secret must have at least " + std::to_string(least_secret) + " bytes");
    made = std::optional<key>{key{token_key_kind::secret, {}, {}, {}, *std::move(secret)}};
  } else if (*type == "RSA") {
    const auto n = part("n"), e = part("e");
    const auto public_key = n && e ? rsa_key(*n, *e) : nullptr;
    if (!public_key)
      return base::fail(std::string("has no n and e in base64url that make an RSA key"));
    made = of(public_key);
  } else if (*type == "EC" && (is_p256 || is_p384)) {
    const auto x = part("x"), y = part("y");
    const std::size_t length = is_p256 ? 32 : 48;
    const auto public_key =
        x && y && x->size() == length && y->size() == length ? ec_key(curve->c_str(), '\x04' + *x + *y) : nullptr;
    if (!public_key)
      return base::fail(std::string("has no x and y in base64url that are a point of its curve"));
    made = of(public_key);
  } else if (*type == "OKP" && curve && *curve == "Ed25519") {
    const auto x = part("x");
    const auto public_key = x && x->size() == 32
                                ? owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(*x), x->size()))
                                : nullptr;
    if (!public_key)
      return base::fail(std::string("has no x in base64url that is an Ed25519 key"));
    made = of(public_key);
  }
  if (!made || !*made)
    return made;
  auto& one = **made;
  one.only_for = only_for;
  if (only_for && !fits(one.kind, *only_for))
    return base::fail(std::string("its alg does not fit its kty and crv"));
  if (const auto* id = find(jwk, "kid")) {
    if (!id->text())
      return base::fail(std::string("its kid must be a text"));
    one.id = *id->text();
  }
  return made;
}

base::result<std::optional<token_keys::key>, std::string> token_keys::key::of_der(std::string_view label,
                                                                                  std::string_view der) {
  const auto* at = octets(der);
  const auto length = static_cast<long>(der.size());
  shared_key public_key;
  if (label == "PUBLIC KEY") {
    public_key = owned(d2i_PUBKEY(nullptr, &at, length));
  } else if (label == "RSA PUBLIC KEY") {
    public_key = owned(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, length));
  } else if (label == "CERTIFICATE") {
    const std::unique_ptr<X509, freed_by<X509_free>> certificate(d2i_X509(nullptr, &at, length));
    public_key = owned(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
  } else {
    return base::fail(std::string(label.find("PRIVATE") != std::string_view::npos
                                      ? "is a private key; only its public part belongs here"
                                      : "is neither PUBLIC KEY nor CERTIFICATE"));
  }
  ERR_clear_error();
  if (!public_key)
    return base::fail(std::string("holds no public key"));
  return of(std::move(public_key));
}

} // namespace mpac::security
