#include "bench/swarm/process_meter.hpp"

#include <unistd.h>

#include <fstream>
#include <limits>
#include <string>

namespace mpac::bench::swarm {

std::optional<process_reading> read_process(int pid) {
  const auto folder = "/proc/" + std::to_string(pid);
  std::ifstream stat(folder + "/stat");
  // The command's name, in parentheses, may hold anything; state and ten more fields stand before utime, proc(5).
  stat.ignore(std::numeric_limits<std::streamsize>::max(), ')');
  std::string skipped;
  for (int field = 3; field < 14; ++field)
    stat >> skipped;
  std::uint64_t user = 0, system = 0, pages = 0;
  stat >> user >> system;
  std::ifstream memory(folder + "/statm");
  memory >> skipped >> pages;
  if (!stat || !memory)
    return std::nullopt;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return process_reading{static_cast<double>(user) / ticks, static_cast<double>(system) / ticks,
                         pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))};
}

} // namespace mpac::bench::swarm
