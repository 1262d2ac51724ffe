#include "cluster/trust.hpp"

#include "cluster/coordinator_keys.hpp"

#include <stdexcept>
#include <utility>

namespace mpac::cluster {
namespace {

std::string joined(const std::vector<std::string>& sentences) {
  std::string all;
  for (const auto& each : sentences)
    all += (all.empty() ? "" : "; ") + each;
  return all;
}

std::shared_ptr<credential_desk> open_desk(const config::auth_settings& how, security::verifiers_by_type embedded) {
  auto opened = credential_desk::open(how, std::move(embedded));
  if (!opened)
    throw std::runtime_error(joined(opened.error()));
  return std::move(*opened);
}

security::attempt_terms attempts_of(const config::limits_settings& from) {
  security::attempt_terms terms;
  terms.failures_per_minute = from.failed_hellos_per_address;
  return terms;
}

principal_pace::terms pace_of(const config::limits_settings& from) {
  return {from.principal_messages_per_sec, static_cast<double>(from.burst)};
}

} // namespace

trust::trust(const config::settings& how, security::verifiers_by_type embedded)
    : credentials_(open_desk(how.auth, std::move(embedded))),
      attempts_(std::make_shared<failed_attempts>(attempts_of(how.limits))),
      admin_attempts_(std::make_shared<failed_attempts>(attempts_of(how.limits))),
      pace_(std::make_shared<principal_pace>(pace_of(how.limits))),
      tenants_(std::make_shared<tenant_sessions>(how.limits.sessions_per_tenant)),
      guards_(std::make_shared<const actors::safeguards>(
          actors::safeguards{credentials_, coordinator_key(how.coordinator), attempts_, pace_, tenants_})) {}

std::string trust::reload(const config::settings& fresh) {
  attempts_->change(attempts_of(fresh.limits));
  admin_attempts_->change(attempts_of(fresh.limits));
  pace_->change(pace_of(fresh.limits));
  tenants_->change(fresh.limits.sessions_per_tenant);
  return joined(credentials_->reload(fresh.auth));
}

security_facts trust::facts() const {
  security_facts known{credentials_->types(), credentials_->custom_format(), {}, {}};
  if (const auto& key = guards_->coordinator_key) {
    known.coordinator_certificate = key->certificate_chain();
    known.coordinator_key = key->verifying().key_id();
  }
  return known;
}

} // namespace mpac::cluster
