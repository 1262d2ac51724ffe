// A session of the authenticated or verified profile on the pure core, whose credentials are what they say.
#pragma once

#include "tests/support/pure_house.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpac::tests {

/// A session in which whoever brings a credential is whom it names, until `expires`, with these roles.
struct guarded_house : pure_house {
  explicit guarded_house(protocol::security_profile profile = protocol::security_profile::authenticated,
                         void (*change)(protocol::session_policy&) = nullptr)
      : pure_house(opening_of(profile, change)) {
    vouches([this](const protocol::envelope& message) -> std::shared_ptr<const protocol::verified_identity> {
      const auto* said = std::get_if<protocol::hello>(&message.body);
      const bool rotates = std::holds_alternative<protocol::heartbeat>(message.body) && key_id != "key-1";
      if (!rotates && (!said || !said->credential))
        return nullptr;
      protocol::verified_identity found;
      found.principal_id = said ? protocol::principal_id(said->credential->value) : message.sender.principal_id;
      found.method = said ? said->credential->type : "x509_chain";
      found.issuer = "https://idp.example";
      found.roles = roles;
      found.expires_at = expires;
      found.certificate_chain = "PEM of " + key_id;
      found.key_id = key_id;
      return std::make_shared<const protocol::verified_identity>(std::move(found));
    });
  }

  void come_in(const std::string& who, const std::string& more = "") {
    join(who, "credential={type: api_key, value: " + principal_of(who) + "} " + more);
  }
  std::optional<protocol::error_code> last_error() const { return decisions().back().cause.error; }

  std::optional<std::vector<std::string>> roles;
  base::instant expires = base::never;
  std::string key_id;

private:
  static opening opening_of(protocol::security_profile profile, void (*change)(protocol::session_policy&)) {
    opening how;
    auto policy = *protocol::default_policy();
    policy.security_profile = profile;
    policy.role_policy.emplace();
    policy.role_policy->default_role = "contributor";
    policy.security.auth_mechanisms = {"bearer_token", "x509_chain"};
    policy.security.coordinator_certificate = "PEM of the coordinator";
    policy.security.coordinator_key = "sha256:c0";
    if (change)
      change(policy);
    how.policy = std::make_shared<const protocol::session_policy>(std::move(policy));
    return how;
  }
};

} // namespace mpac::tests
