// Makes keys, tokens and certificates for tests, good ones and bad ones, with OpenSSL.
#pragma once

#include "base/clock.hpp"
#include "security/credential_verifier.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace mpac::tests {

using forged_key = std::shared_ptr<evp_pkey_st>;
using forged_certificate = std::shared_ptr<x509_st>;

/// "RSA-2048", "RSA-1024", "P-256", "P-384", "secp256k1", "ED25519". A name with something after a blank ("P-256 b") is
/// another key. Each is made once.
forged_key key_named(const std::string& name);

std::string base64url(std::string_view bytes);
/// The signature of a token, as RFC 7518 writes it; with HS256 `secret` signs.
std::string signature_of(std::string_view algorithm, std::string_view bytes, const forged_key& key,
                         std::string_view secret = "");
/// header.claims.signature
std::string token_of(std::string_view algorithm, std::string_view header, std::string_view claims,
                     const forged_key& key, std::string_view secret = "");
/// The members of a public JWK, in braces; `more` are further members: `"kid":"a"`.
std::string jwk_of(const forged_key& key, const std::string& more = "");
std::string jwk_set(std::initializer_list<std::string> keys);
std::string public_pem(const forged_key& key);
std::string private_pem(const forged_key& key);

/// What a certificate shall say. Times are seconds around `now_of_forgeries`.
struct certificate_plan {
  std::string common_name;
  std::string organisation = "";
  std::string alternative_names = ""; ///< "URI:agent:alice, DNS:x"
  std::string key_usage = "critical, digitalSignature";
  std::string extended_key_usage = "";
  std::string basic_constraints = "critical, CA:FALSE";
  std::string name_constraints = "";
  std::string digest = "SHA256";
  long begins = -3600, ends = 3600;
  std::string second_common_name = "";
  int version = 3;
};

inline const base::instant now_of_forgeries = base::instant{std::chrono::seconds{1'900'000'000}};

/// An authority's plan.
certificate_plan authority(std::string name, const std::string& constraints = "critical, CA:TRUE");
/// Without `issuer` it signs itself.
forged_certificate certify(const certificate_plan& plan, const forged_key& key, const forged_certificate& issuer = {},
                           const forged_key& issuer_key = {});
std::string pem_of(const forged_certificate& certificate);
std::string der_of(const forged_certificate& certificate);
/// A CRL of the issuer that revokes these.
std::string crl_of(const forged_certificate& issuer, const forged_key& issuer_key,
                   const std::vector<forged_certificate>& revoked, long begins = -60, long ends = 3600);

/// A HELLO of agent:alice to the session "s", at `now_of_forgeries`.
security::credential_request hello_with(std::string type, std::string value);

} // namespace mpac::tests
