// How many threads a hub has, and which do what.
#pragma once

#include "config/settings.hpp"

#include <cstddef>

namespace mpac::cluster {

struct thread_plan {
  std::size_t loops = 1;   ///< I/O threads
  std::size_t workers = 0; ///< threads for actors alone; 0: the loops run the actors too
};

/// `listen.threads` and `listen.workers`, 0 meaning one per core that this process may use. Where both come to the same
/// number a thread does both: its connections' actors run on it, and no message changes threads.
[[nodiscard]] thread_plan plan_threads(const config::listen_settings& listen);

} // namespace mpac::cluster
