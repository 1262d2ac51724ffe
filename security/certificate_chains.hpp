// Credentials of the type `x509_chain`: certificates up to an authority that is trusted here (SPEC 23.1.3, 23.1.4).
#pragma once

#include "security/credential_verifier.hpp"
#include "security/text_fault.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::security {

/// Takes a PEM chain, leaf first, of at most 8 certificates and 64 KiB, for whose leaf these hold:
///
/// - a trust anchor vouches for it, through authorities (`CA:TRUE`) whose path lengths and name constraints allow it,
///   all within their dates at the time of the request, none revoked where there are CRLs;
/// - nobody on the way is weak: RSA from 2048 bits, EC from 224, digests from SHA-224 on;
/// - its key usage, if it names any, has digitalSignature, and its extended key usage, if it names any, clientAuth;
/// - its one common name, or a URI among its alternative names, is the principal id, byte for byte;
/// - HELLO's `issuer`, if given, is the common name or the distinguished name (RFC 2253) of an authority on the way.
///
/// That the sender has the leaf's key is not proved by any of this: it signs its HELLO with it (O-150).
///
/// The identity's tenant is the organisation (O) of the leaf's subject, its issuer the name of the authority that
/// issued the leaf, and it runs out with the first certificate of the way. Its chain is written anew, and without the
/// anchor unless that is the leaf itself. Immutable; any threads may use it at once.
class certificate_chains final : public credential_verifier {
public:
  /// `anchors`: PEM certificates, at least one. With `revocations`, PEM CRLs, every certificate on the way but the
  /// anchor needs a current one of its issuer. The fault is in the second text if there is one and the first can be
  /// read alone.
  [[nodiscard]] static base::result<std::shared_ptr<const certificate_chains>, text_fault>
  read(std::string_view anchors, const std::optional<std::string_view>& revocations = std::nullopt);

  ~certificate_chains() override;

  /// Answers at once.
  void verify(credential_request asked, std::function<void(credential_verdict)> done) const override;
  [[nodiscard]] credential_verdict judge(const credential_request& asked) const;

private:
  struct trust;
  explicit certificate_chains(std::unique_ptr<const trust> in);

  std::unique_ptr<const trust> trust_;
};

} // namespace mpac::security
