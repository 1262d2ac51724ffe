#include "security/certificate_fingerprints.hpp"

#include "security/certificate_dates.hpp"

#include <algorithm>

namespace mpac::security {
namespace {

credential_verdict refuse(const std::string& why) {
  return base::fail(credential_refusal{why, why, false});
}

} // namespace

void certificate_fingerprints::verify(credential_request asked, std::function<void(credential_verdict)> done) const {
  done(judge(asked));
}

credential_verdict certificate_fingerprints::judge(const credential_request& asked) const {
  const auto claimed = read_digest(asked.credential.value);
  if (!claimed)
    return refuse("the fingerprint is no SHA-256 in hexadecimal digits");
  if (asked.peer_certificate.empty())
    return refuse("this connection proved no client certificate (TLS)");
  if (sha256(asked.peer_certificate) != *claimed)
    return refuse("the fingerprint is not that of this connection's client certificate");
  const auto found = known_.find(*claimed);
  if (found == known_.end())
    return refuse("the certificate is not registered here");
  const auto dates = dates_of_der(asked.peer_certificate);
  if (!dates)
    return refuse("the certificate can't be read");
  if (!dates->cover(asked.when))
    return refuse(asked.when < dates->not_before ? "the certificate is not valid yet" : "the certificate has expired");
  if (const auto why = refusal_of(found->second, asked))
    return refuse("the registered certificate " + std::string(to_words(*why)));
  auto proven = identity_of(found->second, "mtls_fingerprint");
  proven.expires_at = std::min(proven.expires_at, dates->end());
  return proven;
}

} // namespace mpac::security
