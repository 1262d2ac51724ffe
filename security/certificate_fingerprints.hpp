// Credentials of the type `mtls_fingerprint`: the certificate that the client proved in its TLS handshake
// (SPEC 23.1.4).
#pragma once

#include "security/api_keys.hpp"

namespace mpac::security {

/// Takes the SHA-256 of the certificate that this very connection proved (O-150), if it is registered here and valid
/// now. A fingerprint is public: that alone proves nothing. The certificate's issuer is not asked, for the registry
/// vouches for it. Immutable.
class certificate_fingerprints final : public credential_verifier {
public:
  explicit certificate_fingerprints(registered_grants known) : known_(std::move(known)) {}

  /// Answers at once.
  void verify(credential_request asked, std::function<void(credential_verdict)> done) const override;
  [[nodiscard]] credential_verdict judge(const credential_request& asked) const;

private:
  registered_grants known_;
};

} // namespace mpac::security
