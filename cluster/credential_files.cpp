#include "cluster/credential_files.hpp"

#include "config/credential_file.hpp"
#include "security/api_keys.hpp"
#include "security/bearer_tokens.hpp"
#include "security/certificate_chains.hpp"
#include "security/certificate_fingerprints.hpp"
#include "security/private_file.hpp"

#include <optional>

namespace mpac::cluster {
namespace {

std::optional<std::string> text_of(const std::string& file, const char* key, faults_found& faults) {
  auto read = config::read_document(file);
  if (!read) {
    faults.push_back(std::string(key) + ": " + config::to_string(read.error()));
    return std::nullopt;
  }
  return std::move(read->text);
}

/// The table of a file of hashes; nothing after a fault was added.
std::optional<security::registered_grants> grants_in(const std::string& file, const char* key, const char* list,
                                                     faults_found& faults) {
  const auto text = text_of(file, key, faults);
  if (!text)
    return std::nullopt;
  const auto before = faults.size();
  const auto tell = [&](const config::problem& each) {
    faults.push_back(std::string(key) + ": " + config::to_string(each));
  };
  const auto entries = config::read_credential_file({file, *text}, list);
  if (!entries) {
    for (const auto& each : entries.error())
      tell(each);
    return std::nullopt;
  }
  security::registered_grants grants;
  for (const auto& each : *entries) {
    const auto hash = security::read_digest(each.sha256);
    if (!hash)
      tell({each.sha256_at, "sha256", "must be a SHA-256 in 64 hexadecimal digits", ""});
    else if (!grants
                  .emplace(*hash, security::credential_grant{protocol::principal_id{each.principal_id}, each.roles,
                                                             each.sessions, each.tenant, each.expires_at})
                  .second)
      tell({each.sha256_at, "sha256", "is given twice", ""});
  }
  if (faults.size() > before)
    return std::nullopt;
  return grants;
}

} // namespace

judge read_token_keys(const config::jwt_settings& how, faults_found& faults) {
  const auto tell = [&](const std::string& why) { faults.push_back("auth.jwt.keys_file: " + why); };
  const auto text = text_of(how.keys_file, "auth.jwt.keys_file", faults);
  if (!text)
    return nullptr;
  auto keys = security::token_keys::read(*text);
  if (!keys) {
    tell(security::to_string(keys.error(), how.keys_file));
    return nullptr;
  }
  if (keys->hold_a_secret()) // whoever can read it can sign as anybody
    if (const auto is_private = security::read_private_file(how.keys_file); !is_private) {
      tell(is_private.error());
      return nullptr;
    }
  security::token_terms terms;
  terms.issuer = how.issuer;
  terms.audience = how.audience;
  terms.principal_claim = how.principal_claim;
  terms.roles_claim = how.roles_claim;
  terms.sessions_claim = how.sessions_claim;
  terms.tenant_claim = how.tenant_claim;
  terms.leeway = how.leeway;
  return std::make_shared<const security::bearer_tokens>(std::move(terms), *std::move(keys));
}

judge read_api_keys(const std::string& file, faults_found& faults) {
  auto grants = grants_in(file, "auth.api_keys_file", "key", faults);
  return grants ? std::make_shared<const security::api_keys>(*std::move(grants)) : nullptr;
}

judge read_fingerprints(const std::string& file, faults_found& faults) {
  auto grants = grants_in(file, "auth.mtls.fingerprints_file", "certificate", faults);
  return grants ? std::make_shared<const security::certificate_fingerprints>(*std::move(grants)) : nullptr;
}

judge read_trust_anchors(const std::string& file, const std::string& crl_file, faults_found& faults) {
  const auto anchors = text_of(file, "auth.x509.trust_anchors_file", faults);
  std::optional<std::string> lists;
  if (!crl_file.empty() && !(lists = text_of(crl_file, "auth.x509.crl_file", faults)))
    return nullptr;
  if (!anchors)
    return nullptr;
  auto chains = security::certificate_chains::read(*anchors);
  if (!chains) {
    faults.push_back("auth.x509.trust_anchors_file: " + security::to_string(chains.error(), file));
    return nullptr;
  }
  if (lists)
    chains = security::certificate_chains::read(*anchors, *lists);
  if (!chains) {
    faults.push_back("auth.x509.crl_file: " + security::to_string(chains.error(), crl_file));
    return nullptr;
  }
  return *std::move(chains);
}

} // namespace mpac::cluster
