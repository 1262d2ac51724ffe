// What guards sessions beyond the open profile: who verifies credentials, who signs, who slows down those that try
// (SPEC 23).
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"
#include "security/credential_verifier.hpp"
#include "security/signing_key.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace mpac::actors {

/// Counts failed attempts to prove an identity. Thread-safe.
class attempt_guard {
public:
  virtual ~attempt_guard() = default;
  /// For how long attempts from this address are still refused; nothing: they are not.
  [[nodiscard]] virtual std::optional<base::duration> refused_for(std::string_view address, base::instant now) = 0;
  virtual void failed(std::string_view address, base::instant now) = 0;
};

/// Lets each principal say so much, over all its connections and sessions. Thread-safe.
class pace_guard {
public:
  virtual ~pace_guard() = default;
  /// How long it has to wait before it may say more; nothing: it may, and this is counted.
  [[nodiscard]] virtual std::optional<base::duration> wait_of(const protocol::principal_id& who, base::instant now) = 0;
};

/// A session's place on a tenant's account, held for somebody whom the session has not judged yet: nobody else gets it
/// meanwhile. To let go of it gives it back, unless it was taken. Any one thread at a time.
class tenant_place {
public:
  virtual ~tenant_place() = default;
  /// The session is used on that account: it counts from then on, once, as that of the first.
  virtual void take() = 0;
};

/// Keeps within bounds how many sessions work on one tenant's account. Thread-safe.
class tenant_guard {
public:
  virtual ~tenant_guard() = default;
  /// A place for a session on this tenant's account; null: it has as many as it may.
  [[nodiscard]] virtual std::shared_ptr<tenant_place> reserve(std::string_view tenant,
                                                              const protocol::session_id& session) = 0;
};

/// One for the house, shared by all its actors. What is null is not there: without `credentials` nobody joins a session
/// beyond the open profile, without `coordinator_key` nothing is signed.
struct safeguards {
  std::shared_ptr<const security::credential_verifier> credentials;
  std::shared_ptr<const security::signing_key> coordinator_key;
  std::shared_ptr<attempt_guard> attempts;
  std::shared_ptr<pace_guard> pace;
  std::shared_ptr<tenant_guard> tenants;
};

} // namespace mpac::actors
