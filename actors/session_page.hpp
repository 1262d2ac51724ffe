// A page of the list of sessions: who is in memory, and who is only kept.
#pragma once

#include "actors/handles.hpp"
#include "actors/resident.hpp"

#include <map>

namespace mpac::actors {

/// By name, from `mail.after` on; who is here is shown as it is here. `parked` are those that the journal tells of,
/// from the same name on.
[[nodiscard]] session_list page_of(const list_sessions& mail, const std::map<protocol::session_id, resident>& residents,
                                   kept_list& parked);

} // namespace mpac::actors
