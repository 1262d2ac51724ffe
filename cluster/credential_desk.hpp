// Where all credentials of a hub are judged: the configured types and embedders' own (SPEC 23.1.4).
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"
#include "security/verifier_registry.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mpac::cluster {

class webhook_verifier;

/// What is wrong with the configured files: one sentence each, with the file and, where that helps, line and column.
using credential_faults = std::vector<std::string>;

/// Takes the types of `[auth]` whose file or url is set, and those an embedder registered. The embedder's handler goes
/// before a configured one of the same type. Thread-safe.
class credential_desk final : public security::credential_verifier {
public:
  /// Reads all files; the error tells everything that is wrong with them. Blocks on the disk, as `reload` does.
  [[nodiscard]] static base::result<std::shared_ptr<credential_desk>, credential_faults>
  open(const config::auth_settings& how, security::verifiers_by_type embedded = {});
  ~credential_desk() override;

  /// Reads all files again (SIGHUP). If anything is wrong, all stays as it was and the faults are returned. What the
  /// webhook accepted is forgotten.
  [[nodiscard]] credential_faults reload(const config::auth_settings& how);

  /// Ends what is under way: whoever waits is told that it can't be judged, and so is whoever asks the webhook from now
  /// on. Nobody is told anything on another thread afterwards. Call it before those go who are told.
  void close();

  /// May answer at once, or later on the webhook's thread.
  void verify(security::credential_request asked,
              std::function<void(security::credential_verdict)> done) const override;

  /// The types that are taken now, by name; `protocol::takes_credential` says which of them a session takes.
  [[nodiscard]] std::vector<std::string> types() const;
  /// What participants are told of `custom` credentials (23.1.4-11); empty: nothing.
  [[nodiscard]] std::string custom_format() const;

  credential_desk(const credential_desk&) = delete;
  credential_desk& operator=(const credential_desk&) = delete;

private:
  explicit credential_desk(security::verifiers_by_type embedded);

  [[nodiscard]] std::shared_ptr<const security::verifier_registry> registry() const;

  const security::verifiers_by_type embedded_;
  mutable std::mutex mutex_;
  std::shared_ptr<const security::verifier_registry> registry_;
  std::shared_ptr<webhook_verifier> webhook_; // from when the first url was set
  std::string custom_format_;
};

} // namespace mpac::cluster
