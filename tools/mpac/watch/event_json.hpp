// What happens in a session, each event as one JSON object for scripts.
#pragma once

#include "base/clock.hpp"
#include "client/event.hpp"

#include <string>

namespace mpac::tools::watch {

/// `event`, `at`, and of a message `principal`, `message_id`, `is_coordinator`, `is_missed` and its whole `payload`; of
/// what a participant notices by itself its own members. On one line, without the line's end; control characters are
/// escaped, those of C1 too.
[[nodiscard]] std::string to_json(const client::event& what, base::instant at);

/// `{"event": "arrived", …}`: somebody is here who was not before.
[[nodiscard]] std::string arrival_json(const protocol::participant_summary& who, base::instant at);

/// `{"event": "disputed", …}`: a conflict is open that nobody has reported to this participant.
[[nodiscard]] std::string dispute_json(const protocol::conflict_summary& what, base::instant at);

} // namespace mpac::tools::watch
