// The figures of the hub as Prometheus families in text format.
#pragma once

#include "cluster/counters.hpp"
#include "cluster/metrics.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace mpac::cluster {

/// What is told beside the counters.
struct figures {
  std::string version;
  std::int64_t sessions = 0, participants = 0, conflicts = 0;
  bool journal_fails = false;
  readings read;
};

/// The exposition, families in one fixed order; labels that never counted anything are left out, families never.
[[nodiscard]] std::string metrics_text(std::span<const counters> sets, const figures& all);

} // namespace mpac::cluster
