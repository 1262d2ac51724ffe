// The conflict actor: a quiet room for one dispute (SPEC 17.8.1, 18.4).
#pragma once

#include "actors/handles.hpp"

namespace mpac::actors {


/// Thin: it asks a protocol::dispute and sends the ruling back to the session, until the session dissolves it.
/// Spawn it with `system.spawn(conflict_room, record, session)`.
conflict_actor::behavior_type conflict_room(conflict_actor::pointer self, protocol::conflict_record about,
                                            session_actor session);

} // namespace mpac::actors
