// Everything a hub knows of whom to believe: who verifies credentials, who signs, who is slowed down (SPEC 23).
#pragma once

#include "actors/safeguards.hpp"
#include "cluster/credential_desk.hpp"
#include "cluster/guards.hpp"
#include "cluster/session_catalog.hpp"
#include "config/settings.hpp"

#include <memory>
#include <string>

namespace mpac::cluster {

/// Made once; its functions are for the hub's one thread, what it hands out is thread-safe.
class trust {
public:
  /// Reads all files that `[auth]` and `[coordinator]` name. Throws std::runtime_error that names what is wrong.
  trust(const config::settings& how, security::verifiers_by_type embedded);

  /// Takes over what may change while running; what is wrong with the files of `[auth]`, which then stay as they were.
  /// Empty: nothing.
  [[nodiscard]] std::string reload(const config::settings& fresh);

  /// What the actors are guarded by.
  [[nodiscard]] const std::shared_ptr<const actors::safeguards>& guards() const noexcept { return guards_; }
  [[nodiscard]] const std::shared_ptr<tenant_sessions>& tenants() const noexcept { return tenants_; }
  /// Who has shown wrong admin tokens. Counted apart from refused HELLOs: who guesses at the one door does not shut out
  /// the operators, or the agents, that come to the other from the same address.
  [[nodiscard]] const std::shared_ptr<failed_attempts>& admin_attempts() const noexcept { return admin_attempts_; }
  /// What participants are told of it.
  [[nodiscard]] security_facts facts() const;

  /// Nobody is asked any more; whoever waits for an answer gets none. Before the actors end.
  void close() { credentials_->close(); }

private:
  std::shared_ptr<credential_desk> credentials_;
  std::shared_ptr<failed_attempts> attempts_;
  std::shared_ptr<failed_attempts> admin_attempts_;
  std::shared_ptr<principal_pace> pace_;
  std::shared_ptr<tenant_sessions> tenants_;
  std::shared_ptr<const actors::safeguards> guards_;
};

} // namespace mpac::cluster
