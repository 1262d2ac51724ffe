// Leads the crews through a run and measures what only the whole swarm can.
#pragma once

#include "bench/swarm/options.hpp"
#include "bench/swarm/process_meter.hpp"
#include "bench/swarm/tally.hpp"

#include <optional>

namespace mpac::bench::swarm {

/// What came of a run.
struct outcome {
  tally counted;
  double seconds = 0;      ///< measured time
  double join_seconds = 0; ///< until everybody had joined
  double fill_seconds = 0; ///< announcing the kept intents
  std::uint64_t joined = 0;
  std::optional<process_reading> before;    ///< the hub before the first connection
  std::optional<process_reading> joined_at; ///< when everybody had joined (and the kept intents were announced)
  std::optional<process_reading> from;      ///< when the figures began
  std::optional<process_reading> until;     ///< when they ended
  double own_cpu_seconds = 0;               ///< of the swarm, in the measured time
};

/// Runs the whole load. Throws std::runtime_error when the host's address cannot be read.
outcome conduct(const options& asked);

} // namespace mpac::bench::swarm
