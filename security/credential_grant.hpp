// What a credential allows: whom it speaks for, in which roles, sessions and for how long (SPEC 23.1.4, 23.1.5).
#pragma once

#include "security/credential_verifier.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mpac::security {

/// An entry of a registry of credentials, or the claims of a token.
struct credential_grant {
  protocol::principal_id principal_id;
  std::optional<std::vector<std::string>> roles;    ///< absent: the role policy decides alone
  std::optional<std::vector<std::string>> sessions; ///< the ids; absent, or with "*" among them: all
  std::string tenant;                               ///< empty: nobody's
  base::instant expires_at = base::never;           ///< from then on it allows nothing

  [[nodiscard]] bool covers(const protocol::session_id& session) const;

  friend bool operator==(const credential_grant&, const credential_grant&) = default;
};

/// Why the grant does not allow what is asked, if it does not: `expired`, another's, another session's.
enum class grant_refusal { expired, other_principal, other_session };
[[nodiscard]] std::optional<grant_refusal> refusal_of(const credential_grant& grant, const credential_request& asked);
/// For a log: "has expired", …
[[nodiscard]] std::string_view to_words(grant_refusal why) noexcept;

/// The identity that such a grant proves.
[[nodiscard]] protocol::verified_identity identity_of(const credential_grant& grant, std::string method);

} // namespace mpac::security
