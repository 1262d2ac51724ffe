// Credentials of the type `bearer_token`: signed JSON Web Tokens of one issuer (SPEC 23.1.4, RFC 7519, RFC 8725).
#pragma once

#include "security/credential_verifier.hpp"
#include "security/token_keys.hpp"

#include <chrono>
#include <string>

namespace mpac::security {

/// What a token must say. Names of claims are those at its top level.
struct token_terms {
  std::string issuer;   ///< `iss`, exactly; may not be empty
  std::string audience; ///< in `aud`, exactly; may not be empty
  std::string principal_claim = "sub";
  std::string roles_claim = "mpac_roles";           ///< a list of roles, may be absent
  std::string sessions_claim = "mpac_sessions";     ///< a list of session ids or "*"; absent: all
  std::string tenant_claim = "mpac_tenant";         ///< a text, may be absent
  base::duration leeway = std::chrono::seconds{60}; ///< how far the issuer's clock may be from this one's
};

/// Takes a token that one of the keys signed, whose `iss`, `aud`, `exp` (required), `nbf` and `iat` hold at the time of
/// the request, and whose principal, sessions and HELLO's `issuer` are those of the request. The identity runs out a
/// leeway after `exp`, as the token does. Immutable.
class bearer_tokens final : public credential_verifier {
public:
  bearer_tokens(token_terms terms, token_keys keys) : terms_(std::move(terms)), keys_(std::move(keys)) {}

  /// Answers at once.
  void verify(credential_request asked, std::function<void(credential_verdict)> done) const override;
  [[nodiscard]] credential_verdict judge(const credential_request& asked) const;

private:
  token_terms terms_;
  token_keys keys_;
};

} // namespace mpac::security
