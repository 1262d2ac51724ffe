// What verifies credentials (SPEC 23.1.4): the seam at which each type, and an embedder's own, is plugged in.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "protocol/identity.hpp"
#include "protocol/messages/session_messages.hpp"

#include <functional>
#include <memory>
#include <string>

namespace mpac::security {

/// Who says HELLO, with what, and from where.
struct credential_request {
  protocol::principal_id principal_id;
  std::string principal_type; ///< human, agent, service
  protocol::session_id session_id;
  protocol::credential credential;
  std::string peer_certificate; ///< DER of the certificate that this very TLS connection proved; empty: none
  base::instant when{};         ///< against which validity is judged
};

/// Why a credential was not taken.
struct credential_refusal {
  /// For the peer: names the rule that was not met and nothing that helps in guessing another's credential.
  std::string told;
  /// For the operator's log. Holds no credential, token or key either.
  std::string logged;
  /// It could not be judged (a service did not answer): not the peer's fault, and not counted as an attempt.
  bool is_unavailable = false;
};

using credential_verdict = base::result<protocol::verified_identity, credential_refusal>;

/// Judges credentials of one type, or hands them on to those who do. Thread-safe.
class credential_verifier {
public:
  virtual ~credential_verifier() = default;

  /// Calls `done` exactly once: at once, or later on any thread. Never throws for what a credential holds, and never
  /// says yes where it could not look (fails closed).
  virtual void verify(credential_request asked, std::function<void(credential_verdict)> done) const = 0;
};

} // namespace mpac::security
