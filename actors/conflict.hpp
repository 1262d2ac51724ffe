// The conflict actor: a quiet room for one dispute (SPEC 17.8.1, 18.4).
#pragma once

#include "actors/handles.hpp"

namespace mpac::actors {

/// Thin: it asks a protocol::dispute and answers with its ruling, until the session dissolves it.
/// Spawn it with `system.spawn(conflict_room, record)`.
conflict_actor::behavior_type conflict_room(conflict_actor::pointer self, const protocol::conflict_record& about);

} // namespace mpac::actors
