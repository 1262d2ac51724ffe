// Sessions that begin with a snapshot, ours or another coordinator's (SPEC 8.1.1.2, 8.1.1.3).
#pragma once

#include "base/result.hpp"
#include "cluster/session_catalog.hpp"
#include "protocol/ids.hpp"
#include "store/engine.hpp"

#include <filesystem>
#include <string>

namespace mpac::cluster {

/// Makes a session of a snapshot in a file and keeps it: whoever comes finds its coordinator back, one epoch later.
/// What the snapshot does not say is taken from the configuration of a session of that name, with the contents of its
/// workspace's files; what it says of policies holds, whatever the configuration says later. A file that can't be read
/// or is no snapshot, a session that there is already, and a store that does not last are refused, in one line for the
/// operator. Blocks; before the hub serves anybody.
[[nodiscard]] base::result<protocol::session_id, std::string>
import_snapshot(const std::filesystem::path& file, const session_catalog& catalog, store::engine& into);

} // namespace mpac::cluster
