// Looks on at a session until it ends or nobody looks any longer: as a page, as lines, or as JSON.
#pragma once

#include "client/options.hpp"
#include "tools/mpac/console.hpp"

namespace mpac::tools::watch {

enum class form {
  page,  ///< on a terminal, until `q` or a signal
  lines, ///< for people, one an event
  json,  ///< for scripts
};

/// `good` if the session ended or the watcher was asked to go; the hub's answer otherwise.
[[nodiscard]] exit_code look_on(client::options how, form as, const console& with);

} // namespace mpac::tools::watch
