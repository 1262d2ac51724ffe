// The house itself: every part in the order in which it needs the others, and their end in reverse.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"
#include "security/verifier_registry.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mpac::cluster {

/// Why the hub could not start, for the operator; `mpac-cluster` then leaves with 3.
struct start_failure {
  std::string what;
  bool is_bad_argument = false; ///< what was asked for can't be done: then with 2
};

/// A running hub. The functions are for one thread; the hub's own threads never call out.
class hub {
public:
  /// Opens the store, makes sessions of the snapshots in these files, opens the listeners and writes
  /// `data_dir/listen.json`. `version` is what /metrics tells. `embedded`: verifiers of credentials beside those
  /// of `[auth]`, by type, before one of the same type (SPEC 23.1.4 `custom`).
  [[nodiscard]] static base::result<std::unique_ptr<hub>, start_failure>
  start(const config::settings& how, std::string version, const std::vector<std::string>& snapshots = {},
        security::verifiers_by_type embedded = {});
  /// Ends without ceremony whatever `stop` has not ended.
  ~hub();

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::uint16_t admin_port() const noexcept; ///< 0 when the admin listener is off

  /// Takes over what a re-read configuration may change while running, and warns of the rest (SIGHUP).
  void reload(const config::settings& fresh);

  /// Takes nobody new, tells every session, closes every connection, makes all durable. Blocks until done, at most some
  /// seconds. False where something that was decided could not be kept: nobody was told of it.
  bool stop();

  hub(const hub&) = delete;
  hub& operator=(const hub&) = delete;

private:
  struct parts;
  explicit hub(std::unique_ptr<parts> made);
  std::unique_ptr<parts> parts_;
};

} // namespace mpac::cluster
