// Plays all checks against a coordinator.
#pragma once

#include "tools/mpac/conform/scene.hpp"

#include <functional>
#include <set>
#include <vector>

namespace mpac::tools::conform {

/// Which checks; empty: all.
struct selection {
  std::set<std::string> layers, names;

  [[nodiscard]] bool holds(const check& one) const;
};

/// Plays them one after the other; `told` hears of each as soon as it is known. Never throws for what the coordinator
/// does: that is a finding.
[[nodiscard]] std::vector<finding> play(const run_terms& against, const selection& which,
                                        const std::function<void(const finding&)>& told);

/// Why nobody can be tested there at all; nothing where somebody answers the WebSocket handshake.
[[nodiscard]] std::optional<std::string> is_unreachable(const run_terms& terms);

} // namespace mpac::tools::conform
