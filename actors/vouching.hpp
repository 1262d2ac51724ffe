// What a connection has proved, and with which keys it signs: the cryptographic part of admission (SPEC 23.1).
#pragma once

#include "actors/safeguards.hpp"
#include "protocol/admission.hpp"
#include "protocol/refusal.hpp"
#include "security/verifying_key.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace mpac::actors {

/// What is known of the other end of a connection before it says anything.
struct peer_facts {
  std::string address;     ///< with its port, `192.0.2.1:4711` or `[2001:db8::1]:4711`; empty: not known
  std::string certificate; ///< DER of the client certificate that this very connection has proven; empty: none
};

/// One connection's. Not thread-safe: lives in the participant actor.
class vouching {
public:
  vouching(std::shared_ptr<const safeguards> by, peer_facts peer);

  /// In the verified profile, why a message is not taken for its sender's: it is not signed with one of the keys that
  /// hold for it by now. Not asked of a HELLO, which brings its key. Before everything else (SPEC 23.1.3).
  [[nodiscard]] std::optional<protocol::refusal> forged(const protocol::envelope& message, std::string_view text,
                                                        const protocol::admission_terms& terms, base::instant now);

  /// Whether a message brings what has to be verified before the session sees it: a HELLO beyond the open profile, or a
  /// new key.
  [[nodiscard]] static bool brings_proof(const protocol::envelope& message, const protocol::admission_terms& terms);

  /// Has that verified; one at a time. `done` is called once, at once or on another thread; hand what it says to `end`.
  /// Or says why nobody needs to look.
  [[nodiscard]] std::optional<protocol::refusal> begin(protocol::admitted message,
                                                       const protocol::admission_terms& terms,
                                                       std::function<void(security::credential_verdict)> done);
  [[nodiscard]] bool under_way() const noexcept { return waiting_.has_value(); }
  /// What becomes of the message: it goes on with the identity it has proved, or is refused.
  [[nodiscard]] std::variant<protocol::admitted, protocol::refusal>
  end(security::credential_verdict verdict, const protocol::admission_terms& terms, base::instant now);

  /// What is held on a tenant's account for the message that `end` let through: it goes with that, so that it is taken
  /// or given back whatever becomes of this connection. Null: nothing.
  [[nodiscard]] std::shared_ptr<tenant_place> take_place() noexcept { return std::exchange(place_, nullptr); }

  /// The session has taken the HELLO or the new key, or not: from then on that key is the one to sign with.
  void judged(bool accepted);
  /// When the credential that the session took last runs out.
  [[nodiscard]] base::instant valid_until() const noexcept { return valid_until_; }

  [[nodiscard]] const peer_facts& peer() const noexcept { return peer_; }

private:
  struct dated_key {
    security::verifying_key key;
    base::instant until = base::never;
  };
  /// What the session has not judged yet.
  struct offer {
    base::instant valid_until = base::never;
    std::optional<security::verifying_key> key;
    std::optional<base::instant> old_key_until; ///< of a rotation
  };
  [[nodiscard]] std::optional<std::string> lack_of_possession(const protocol::admitted& message,
                                                              const protocol::verified_identity& identity,
                                                              const protocol::admission_terms& terms) const;
  [[nodiscard]] std::optional<std::string> take_key(const protocol::admitted& message,
                                                    protocol::verified_identity& identity, offer& with,
                                                    const protocol::admission_terms& terms);

  std::shared_ptr<const safeguards> by_;
  peer_facts peer_;
  std::string host_;                          // its address without the port
  std::optional<protocol::admitted> waiting_; // for its credential to be verified
  std::vector<dated_key> keys_;               // the newest first
  std::optional<offer> offered_;
  std::shared_ptr<tenant_place> place_;
  base::instant valid_until_ = base::never;
};

} // namespace mpac::actors
