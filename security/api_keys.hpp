// Credentials of the type `api_key`: secrets that only their holders know; the hub knows their hashes (SPEC 23.1.4).
#pragma once

#include "security/credential_grant.hpp"
#include "security/digest.hpp"

#include <unordered_map>

namespace mpac::security {

/// What is registered under the SHA-256 of a secret. Immutable.
using registered_grants = std::unordered_map<digest, credential_grant, digest_hash>;

/// A key is looked up by its SHA-256 and never compared itself: how long that takes says nothing of any other key. That
/// is enough for keys that were drawn at random (32 bytes); what people can remember belongs into no such table.
class api_keys final : public credential_verifier {
public:
  explicit api_keys(registered_grants known) : known_(std::move(known)) {}

  /// Answers at once. Everybody is told the same, whatever was wrong; the log is told what it was.
  void verify(credential_request asked, std::function<void(credential_verdict)> done) const override;
  [[nodiscard]] credential_verdict judge(const credential_request& asked) const;

private:
  registered_grants known_;
};

} // namespace mpac::security
