#include "security/credential_grant.hpp"

#include <algorithm>

namespace mpac::security {

bool credential_grant::covers(const protocol::session_id& session) const {
  return !sessions || std::any_of(sessions->begin(), sessions->end(),
                                  [&](const std::string& each) { return each == "*" || each == session.str(); });
}

std::optional<grant_refusal> refusal_of(const credential_grant& grant, const credential_request& asked) {
  if (asked.when >= grant.expires_at)
    return grant_refusal::expired;
  if (grant.principal_id != asked.principal_id)
    return grant_refusal::other_principal;
  if (!grant.covers(asked.session_id))
    return grant_refusal::other_session;
  return std::nullopt;
}

std::string_view to_words(grant_refusal why) noexcept {
  switch (why) {
  case grant_refusal::expired:
    return "has expired";
  case grant_refusal::other_principal:
    return "speaks for another principal";
  case grant_refusal::other_session:
    return "is not for this session";
  }
  return "";
}

protocol::verified_identity identity_of(const credential_grant& grant, std::string method) {
  protocol::verified_identity proven;
  proven.principal_id = grant.principal_id;
  proven.method = std::move(method);
  proven.tenant = grant.tenant;
  proven.roles = grant.roles;
  proven.expires_at = grant.expires_at;
  return proven;
}

} // namespace mpac::security
