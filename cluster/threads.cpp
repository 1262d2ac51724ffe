#include "cluster/threads.hpp"

#include <sched.h>

namespace mpac::cluster {
namespace {

/// Cores this process may run on, which taskset or a container may have made fewer than there are.
std::size_t usable_cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (sched_getaffinity(0, sizeof cores, &cores) != 0)
    return 1;
  const int count = CPU_COUNT(&cores);
  return count > 0 ? static_cast<std::size_t>(count) : 1;
}

} // namespace

thread_plan plan_threads(const config::listen_settings& listen) {
  const std::size_t loops = listen.threads != 0 ? listen.threads : usable_cores();
  const std::size_t workers = listen.workers != 0 ? listen.workers : usable_cores();
  return {loops, workers == loops ? 0 : workers};
}

} // namespace mpac::cluster
