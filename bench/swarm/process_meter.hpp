// What /proc tells about the process under load.
#pragma once

#include <cstdint>
#include <optional>

namespace mpac::bench::swarm {

/// A process at one moment.
struct process_reading {
  double user = 0;            ///< CPU seconds since its start
  double system = 0;          ///< CPU seconds since its start
  std::uint64_t resident = 0; ///< bytes
};

/// Reads process `pid`; nothing when there is no such process.
std::optional<process_reading> read_process(int pid);

} // namespace mpac::bench::swarm
