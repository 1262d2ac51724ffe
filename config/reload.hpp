// What a re-read configuration changes in a running hub (SIGHUP), and what must wait.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <vector>

namespace mpac::config {

/// Keys are dotted; those of one session begin "sessions.<id>.".
struct reload_plan {
  settings effective;                       ///< the fresh settings, with the running value of every key that must wait
  std::vector<std::string> applied;         ///< changed, for new decisions
  std::vector<std::string> in_new_sessions; ///< changed, for sessions made from now on
  std::vector<std::string> waiting;         ///< changed in the file, but only a restart applies it: to be warned about

  /// The warning about `waiting`; empty when there is nothing to warn about.
  [[nodiscard]] std::string warning() const;
};

[[nodiscard]] reload_plan plan_reload(const settings& running, const settings& fresh);

/// The policy a running session goes on with: the fresh one, but what the session was founded on stays (profiles,
/// execution model, state reference format, protocol version).
[[nodiscard]] protocol::session_policy carry_over(const protocol::session_policy& running,
                                                  const protocol::session_policy& fresh);

} // namespace mpac::config
