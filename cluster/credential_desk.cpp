#include "cluster/credential_desk.hpp"

#include "cluster/credential_files.hpp"
#include "cluster/webhook_verifier.hpp"

#include <algorithm>

namespace mpac::cluster {

credential_desk::credential_desk(security::verifiers_by_type embedded) : embedded_(std::move(embedded)) {}
credential_desk::~credential_desk() = default;

base::result<std::shared_ptr<credential_desk>, credential_faults>
credential_desk::open(const config::auth_settings& how, security::verifiers_by_type embedded) {
  std::shared_ptr<credential_desk> desk(new credential_desk(std::move(embedded)));
  if (auto faults = desk->reload(how); !faults.empty())
    return base::fail(std::move(faults));
  return desk;
}

credential_faults credential_desk::reload(const config::auth_settings& how) {
  credential_faults faults;
  auto verifiers = embedded_;
  const auto add = [&](const char* type, judge by) {
    if (by)
      verifiers.emplace(type, std::move(by)); // an embedder's stays
  };
  if (!how.jwt.keys_file.empty())
    add("bearer_token", read_token_keys(how.jwt, faults));
  if (!how.api_keys_file.empty())
    add("api_key", read_api_keys(how.api_keys_file, faults));
  if (!how.mtls_fingerprints_file.empty())
    add("mtls_fingerprint", read_fingerprints(how.mtls_fingerprints_file, faults));
  if (!how.x509_trust_anchors_file.empty())
    add("x509_chain", read_trust_anchors(how.x509_trust_anchors_file, how.x509_crl_file, faults));
  std::shared_ptr<const webhook_terms> terms;
  if (!how.webhook.url.empty()) {
    if (auto made = webhook_terms::of(how.webhook))
      terms = *std::move(made);
    else
      faults.push_back(made.error());
  }
  if (!faults.empty())
    return faults;

  const std::lock_guard hold(mutex_);
  if (terms && webhook_)
    webhook_->change(std::move(terms));
  else if (terms)
    webhook_ = std::make_shared<webhook_verifier>(std::move(terms));
  if (!how.webhook.url.empty())
    add("custom", webhook_);
  registry_ = std::make_shared<const security::verifier_registry>(std::move(verifiers));
  custom_format_ = how.webhook.format;
  return {};
}

std::shared_ptr<const security::verifier_registry> credential_desk::registry() const {
  const std::lock_guard hold(mutex_);
  return registry_;
}

void credential_desk::close() {
  std::shared_ptr<webhook_verifier> webhook;
  {
    const std::lock_guard hold(mutex_);
    webhook = webhook_;
  }
  if (webhook)
    webhook->close(); // not under the lock: those who are told may ask again
}

void credential_desk::verify(security::credential_request asked,
                             std::function<void(security::credential_verdict)> done) const {
  registry()->verify(std::move(asked), std::move(done));
}

std::vector<std::string> credential_desk::types() const {
  return registry()->types();
}

std::string credential_desk::custom_format() const {
  const std::lock_guard hold(mutex_);
  return custom_format_;
}

} // namespace mpac::cluster
