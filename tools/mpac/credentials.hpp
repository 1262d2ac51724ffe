// Credentials for the authenticated profile, made for tests and for small installations (SPEC 23.1.4).
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "security/signing_key.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mpac::tools {

/// What a credential says of whoever shows it. Empty lists and texts are left out: nothing is said then.
struct credential_claims {
  std::string principal_id;
  std::vector<std::string> roles, sessions;
  std::string tenant;
  std::optional<std::chrono::seconds> valid_for;
};

struct token_claims {
  std::string issuer, audience;
  std::string token_id; ///< `jti`
  std::chrono::seconds valid_for{3600};
};

/// A JSON Web Token in its compact form, signed by the key as EdDSA or ES256; `kid` is left out, for a hub's key file
/// need not name its keys.
[[nodiscard]] std::string signed_token(const credential_claims& who, const token_claims& what, base::instant now,
                                       const security::signing_key& by);

/// The block of a hub's `api_keys_file` for a key: its hash, and what it says.
[[nodiscard]] std::string api_key_block(const std::string& key, const credential_claims& who, base::instant now);

/// `90`, `90s`, `15m`, `12h`, `30d`; the error is a sentence.
[[nodiscard]] base::result<std::chrono::seconds, std::string> read_span(const std::string& text);

} // namespace mpac::tools
