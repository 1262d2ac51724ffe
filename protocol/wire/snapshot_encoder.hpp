// The state snapshot as JSON (SPEC 8.1.1.2, snapshot_version 2).
#pragma once

#include "base/clock.hpp"

#include <string>

namespace mpac::protocol {

class session;

/// Everything a session knows: live and remembered intents, operations and conflicts, the people, the state of targets,
/// the policies. Members that have no value are null, as existing readers expect. Anti-replay holds the frontier of
/// each sender; the open profile remembers no message ids beyond a connection, so `recent_message_ids` is empty there.
/// One object on one line. Thread-safe as far as `facts` is not changed meanwhile.
[[nodiscard]] std::string snapshot_json(const session& facts, base::instant now);

} // namespace mpac::protocol
