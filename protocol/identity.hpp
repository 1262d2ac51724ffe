// Who somebody proved to be (SPEC 23.1.4): what the verification of a credential found, as the rules see it.
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"
#include "protocol/policy_words.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::protocol {

/// An identity that was verified. A value: it does not know how.
struct verified_identity {
  protocol::principal_id principal_id; ///< whom the credential speaks for; it equals the sender of its HELLO
  std::string method;                  ///< the credential's type, or what its verifier calls it; only told
  std::string issuer;                  ///< who vouches for it; empty: nobody is named
  std::string tenant;                  ///< on whose account it works (limits.sessions_per_tenant); empty: nobody's
  /// The roles that the credential grants; absent: the session's role policy decides alone (SPEC 23.1.5).
  std::optional<std::vector<std::string>> roles;
  base::instant expires_at = base::never; ///< when the credential, or a part of what vouches for it, runs out
  std::string certificate_chain;          ///< PEM, leaf first, of an x509_chain, whose key has to be shown; else empty
  std::string key_id;                     ///< of the leaf's key, as its signatures name it; empty: nothing is signed

  friend bool operator==(const verified_identity&, const verified_identity&) = default;
};

/// The type of credential that is a chain of certificates (SPEC 23.1.4).
inline constexpr std::string_view certificate_chain_type = "x509_chain";

/// Whether a session of this profile takes credentials of this type: the verified one takes chains only.
[[nodiscard]] constexpr bool takes_credential(security_profile profile, std::string_view type) {
  return profile != security_profile::verified || type == certificate_chain_type;
}

/// How long a principal's old key is good beside its new one (SPEC 23.1.6): one that somebody else may have is not kept
/// alive (O-157).
[[nodiscard]] constexpr base::duration key_grace(base::duration heartbeat_interval, bool is_compromised) {
  return is_compromised ? base::duration::zero() : 2 * heartbeat_interval;
}

} // namespace mpac::protocol
