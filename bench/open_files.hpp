// Lets a process hold as many sockets as the system allows it.
#pragma once

#include <sys/resource.h>

namespace mpac::bench {

/// Raises the soft limit of open files to the hard one, and the hard one to a million where that is permitted.
inline void raise_open_files() noexcept {
  constexpr rlim_t wanted = 1'000'000;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return;
  const rlimit wide{wanted, limit.rlim_max > wanted ? limit.rlim_max : wanted};
  if (setrlimit(RLIMIT_NOFILE, &wide) == 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

} // namespace mpac::bench
