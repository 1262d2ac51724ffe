// How a participant connects and behaves: plain values with defaults that suit our hub.
#pragma once

#include "base/clock.hpp"
#include "client/identity.hpp"
#include "protocol/messages/session_messages.hpp"
#include "security/signing_key.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpac::client {

/// Of wss:// (PEM texts, not file names).
struct tls_options {
  std::string authorities;        ///< who may vouch for the hub; empty: whom this system trusts
  std::string client_certificate; ///< shown to the hub (`mtls_fingerprint`, `x509_chain`), then what leads to its root
  std::string client_key;         ///< the certificate's key, not encrypted
  bool verify_hub = true;         ///< false: the hub is believed without a proof; for trials on one's own machine
};

/// When a connection that broke is made again. The wait doubles from `first` to `longest`; up to `spread` of it is left
/// to chance, so that not everybody comes at once. It begins anew after a connection that has lasted for `longest`.
struct reconnect_options {
  bool is_on = true;
  base::duration first = std::chrono::milliseconds{250};
  base::duration longest = std::chrono::seconds{30};
  double spread = 0.5;
  std::uint32_t attempts = 0; ///< in a row without such a connection; 0: for ever
  /// A coordinator that asks to wait (`retry_after_sec`) is waited for, but no longer than this.
  base::duration longest_asked = std::chrono::minutes{10};
};

/// The verified profile (SPEC 23.1.3), and signatures of the coordinator in the authenticated one.
struct trust_options {
  /// What this participant signs with; its chain is sent as the credential of HELLO if no other is given. Everything it
  /// says is signed.
  std::optional<security::signing_key> signing_key;
  /// `sha256:` and the hex digest of the coordinator's certificate; empty: the one that SESSION_INFO tells is believed.
  std::string coordinator_key;
  /// PEM: who may vouch for other participants' keys; empty: they are believed as the coordinator tells them.
  std::string participant_authorities;
};

struct options {
  std::string url;              ///< ws://host[:port]/session/<id> or wss://…
  protocol::session_id session; ///< empty: what stands behind /session/ in the URL
  identity who;
  std::vector<std::pair<std::string, std::string>> headers; ///< more of the HTTP upgrade: name and value
  /// What HELLO proves its identity with (SPEC 23.1.4); asked anew for each HELLO, for tokens run out. Null: nothing.
  std::function<std::optional<protocol::credential>()> credential;
  tls_options tls;
  trust_options trust;
  reconnect_options reconnect;

  base::duration connect_timeout = std::chrono::seconds{10}; ///< for the connection, and again for HELLO's answer
  base::duration request_timeout = std::chrono::seconds{30}; ///< for answers that the coordinator gives at once
  /// For what people decide: claims, and in `pre_commit` sessions proposals.
  base::duration decision_timeout = std::chrono::minutes{30};

  /// The session tells accepted messages to their senders too (session.routing.relay = "all"). False: whoever asks
  /// learns of success by what comes behind it, which costs one more frame each way.
  bool is_echoed = true;
  /// A SESSION_SUMMARY is asked for after joining, so that the view knows what was there before.
  bool begins_with_summary = true;
  std::size_t events_kept = 16384;              ///< events that wait for `next_event`; beyond it the oldest are dropped
  std::size_t longest_frame = 64 * 1024 * 1024; ///< bytes; a longer message of the hub breaks the connection
  std::string protocol_version = "0.1.13";      ///< what the envelopes say (SPEC 25.1)
};

} // namespace mpac::client
