#include "tests/security/forge.hpp"

#include "security/digest.hpp"
#include "security/freed_by.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <map>
#include <stdexcept>

namespace mpac::tests {
namespace {

using security::freed_by;

void must(bool done, const char* what) {
  if (!done)
    throw std::runtime_error(std::string("the forge can't ") + what);
}

std::string read_out(BIO* from) {
  char* text = nullptr;
  const auto length = BIO_get_mem_data(from, &text);
  return {text, static_cast<std::size_t>(length)};
}

std::string number(const forged_key& key, const char* name, int length) {
  BIGNUM* found = nullptr;
  must(EVP_PKEY_get_bn_param(key.get(), name, &found) == 1, "read a key");
  const std::unique_ptr<BIGNUM, freed_by<BN_free>> owner(found);
  std::string bytes(static_cast<std::size_t>(length > 0 ? length : BN_num_bytes(found)), '\0');
  must(BN_bn2binpad(found, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) >= 0,
       "write a number");
  return bytes;
}

int serial = 0;

long seconds_of_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(now_of_forgeries.time_since_epoch()).count();
}

void set_time(ASN1_TIME* to, long offset) {
  must(ASN1_TIME_set(to, seconds_of_now() + offset) != nullptr, "tell the time");
}

void extend(X509* to, X509* issuer, int kind, const std::string& value) {
  if (value.empty())
    return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, freed_by<X509_EXTENSION_free>> made(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  must(made && X509_add_ext(to, made.get(), -1) == 1, "make an extension");
}

void name(X509_NAME* to, int kind, const std::string& value) {
  if (!value.empty())
    must(X509_NAME_add_entry_by_NID(to, kind, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1,
         "write a name");
}

/// Ed25519 hashes by itself.
const EVP_MD* hash_for(const forged_key& key, const std::string& digest) {
  return EVP_PKEY_is_a(key.get(), "ED25519") ? nullptr : EVP_get_digestbyname(digest.c_str());
}

} // namespace

forged_key key_named(const std::string& name) {
  static std::map<std::string, forged_key> made;
  auto& key = made[name];
  if (!key) {
    const auto kind = name.substr(0, name.find(' '));
    EVP_PKEY* raw = kind == "ED25519"          ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                    : kind.starts_with("RSA-") ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA",
                                                                   static_cast<std::size_t>(std::stoul(kind.substr(4))))
                                               : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", kind.c_str());
    must(raw, "make a key");
    key = {raw, freed_by<EVP_PKEY_free>{}};
  }
  return key;
}

std::string base64url(std::string_view bytes) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = (pending << 8 | static_cast<unsigned char>(c)) & 0xffff;
    for (bits += 8; bits >= 6; bits -= 6)
      text += letters[pending >> (bits - 6) & 63];
  }
  if (bits > 0)
    text += letters[pending << (6 - bits) & 63];
  return text;
}

std::string signature_of(std::string_view algorithm, std::string_view bytes, const forged_key& key,
                         std::string_view secret) {
  if (algorithm == "HS256") {
    const auto made = security::keyed_sha256(secret, bytes).bytes;
    return {made.begin(), made.end()};
  }
  const EVP_MD* hash = algorithm == "EdDSA"         ? nullptr
                       : algorithm.ends_with("384") ? EVP_sha384()
                       : algorithm.ends_with("512") ? EVP_sha512()
                                                    : EVP_sha256();
  const std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>> sign(EVP_MD_CTX_new());
  EVP_PKEY_CTX* terms = nullptr;
  must(EVP_DigestSignInit(sign.get(), &terms, hash, nullptr, key.get()) == 1, "sign");
  if (algorithm.starts_with("PS"))
    must(EVP_PKEY_CTX_set_rsa_padding(terms, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(terms, RSA_PSS_SALTLEN_DIGEST) == 1,
         "pad");
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t length = 0;
  must(EVP_DigestSign(sign.get(), nullptr, &length, data, bytes.size()) == 1, "sign");
  std::string made(length, '\0');
  must(EVP_DigestSign(sign.get(), reinterpret_cast<unsigned char*>(made.data()), &length, data, bytes.size()) == 1,
       "sign");
  made.resize(length);
  if (!algorithm.starts_with("ES"))
    return made;
  const auto* at = reinterpret_cast<const unsigned char*>(made.data());
  const std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>> pair(
      d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(made.size())));
  must(pair != nullptr, "read a signature");
  const int half = algorithm == "ES384" ? 48 : 32;
  std::string raw(static_cast<std::size_t>(2 * half), '\0');
  auto* to = reinterpret_cast<unsigned char*>(raw.data());
  must(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), to, half) == half &&
           BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), to + half, half) == half,
       "write a signature");
  return raw;
}

std::string token_of(std::string_view algorithm, std::string_view header, std::string_view claims,
                     const forged_key& key, std::string_view secret) {
  const auto signed_part = base64url(header) + '.' + base64url(claims);
  return signed_part + '.' + base64url(signature_of(algorithm, signed_part, key, secret));
}

std::string jwk_of(const forged_key& key, const std::string& more) {
  const auto part = [](const char* name, const std::string& bytes) {
    return std::string(",\"") + name + "\":\"" + base64url(bytes) + '"';
  };
  std::string members;
  if (EVP_PKEY_is_a(key.get(), "RSA")) {
    members = "\"kty\":\"RSA\"" + part("n", number(key, OSSL_PKEY_PARAM_RSA_N, 0)) +
              part("e", number(key, OSSL_PKEY_PARAM_RSA_E, 0));
  } else if (EVP_PKEY_is_a(key.get(), "EC")) {
    const int bits = EVP_PKEY_get_bits(key.get());
    members = std::string("\"kty\":\"EC\",\"crv\":\"") + (bits == 384 ? "P-384" : "P-256") + '"' +
              part("x", number(key, OSSL_PKEY_PARAM_EC_PUB_X, bits / 8)) +
              part("y", number(key, OSSL_PKEY_PARAM_EC_PUB_Y, bits / 8));
  } else {
    std::string raw(32, '\0');
    std::size_t length = raw.size();
    must(EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()), &length) == 1,
         "read a key");
    members = "\"kty\":\"OKP\",\"crv\":\"Ed25519\"" + part("x", raw);
  }
  return '{' + members + (more.empty() ? "" : ",") + more + '}';
}

std::string jwk_set(std::initializer_list<std::string> keys) {
  std::string list;
  for (const auto& each : keys)
    list += (list.empty() ? "" : ",") + each;
  return "{\"keys\":[" + list + "]}";
}

std::string public_pem(const forged_key& key) {
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> to(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PUBKEY(to.get(), key.get()) == 1, "write a key");
  return read_out(to.get());
}

std::string private_pem(const forged_key& key) {
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> to(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PrivateKey(to.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, "write a key");
  return read_out(to.get());
}

certificate_plan authority(std::string name, const std::string& constraints) {
  certificate_plan plan;
  plan.common_name = std::move(name);
  plan.key_usage = "critical, keyCertSign, cRLSign";
  plan.basic_constraints = constraints;
  return plan;
}

forged_certificate certify(const certificate_plan& plan, const forged_key& key, const forged_certificate& issuer,
                           const forged_key& issuer_key) {
  const forged_certificate made{X509_new(), freed_by<X509_free>{}};
  auto* one = made.get();
  auto* signer = issuer ? issuer.get() : one;
  X509_set_version(one, plan.version - 1);
  ASN1_INTEGER_set(X509_get_serialNumber(one), ++serial);
  set_time(X509_getm_notBefore(one), plan.begins);
  set_time(X509_getm_notAfter(one), plan.ends);
  name(X509_get_subject_name(one), NID_organizationName, plan.organisation);
  name(X509_get_subject_name(one), NID_commonName, plan.common_name);
  name(X509_get_subject_name(one), NID_commonName, plan.second_common_name);
  X509_set_issuer_name(one, X509_get_subject_name(signer));
  X509_set_pubkey(one, key.get());
  if (plan.version == 3) {
    extend(one, signer, NID_basic_constraints, plan.basic_constraints);
    extend(one, signer, NID_key_usage, plan.key_usage);
    extend(one, signer, NID_ext_key_usage, plan.extended_key_usage);
    extend(one, signer, NID_subject_alt_name, plan.alternative_names);
    extend(one, signer, NID_name_constraints, plan.name_constraints);
  }
  const auto& by = issuer ? issuer_key : key;
  must(X509_sign(one, by.get(), hash_for(by, plan.digest)) > 0, "sign a certificate");
  return made;
}

std::string pem_of(const forged_certificate& certificate) {
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> to(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509(to.get(), certificate.get()) == 1, "write a certificate");
  return read_out(to.get());
}

std::string der_of(const forged_certificate& certificate) {
  unsigned char* bytes = nullptr;
  const int length = i2d_X509(certificate.get(), &bytes);
  must(length > 0, "write a certificate");
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  OPENSSL_free(bytes);
  return der;
}

std::string crl_of(const forged_certificate& issuer, const forged_key& issuer_key,
                   const std::vector<forged_certificate>& revoked, long begins, long ends) {
  const std::unique_ptr<X509_CRL, freed_by<X509_CRL_free>> list(X509_CRL_new());
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get()));
  const std::unique_ptr<ASN1_TIME, freed_by<ASN1_TIME_free>> when(ASN1_TIME_new());
  set_time(when.get(), begins);
  X509_CRL_set1_lastUpdate(list.get(), when.get());
  for (const auto& each : revoked) {
    X509_REVOKED* one = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(one, X509_get_serialNumber(each.get()));
    X509_REVOKED_set_revocationDate(one, when.get());
    X509_CRL_add0_revoked(list.get(), one);
  }
  set_time(when.get(), ends);
  X509_CRL_set1_nextUpdate(list.get(), when.get());
  X509_CRL_sort(list.get());
  must(X509_CRL_sign(list.get(), issuer_key.get(), hash_for(issuer_key, "SHA256")) > 0, "sign a list");
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> to(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_X509_CRL(to.get(), list.get()) == 1, "write a list");
  return read_out(to.get());
}

security::credential_request hello_with(std::string type, std::string value) {
  security::credential_request asked;
  asked.principal_id = protocol::principal_id{"agent:alice"};
  asked.principal_type = "agent";
  asked.session_id = protocol::session_id{"s"};
  asked.credential.type = std::move(type);
  asked.credential.value = std::move(value);
  asked.when = now_of_forgeries;
  return asked;
}

} // namespace mpac::tests
