// The state snapshot as JSON (SPEC 8.1.1.2, snapshot_version 2).
#pragma once

#include "base/clock.hpp"

#include <string>

namespace mpac::protocol {

class session;

/// Everything a session knows but the contents of its files: live and remembered intents, operations and conflicts, the
/// people, the state of targets, the policy, and all that `read_snapshot` needs to make such a session again. Members
/// that have no value are null, as existing readers expect. Anti-replay holds the frontier of each sender, and the last
/// message of those who spoke last: the open profile remembers no others beyond a connection.
/// One object on one line. Thread-safe as far as `facts` is not changed meanwhile.
[[nodiscard]] std::string snapshot_json(const session& facts, base::instant now);

} // namespace mpac::protocol
