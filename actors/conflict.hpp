// The conflict actor: a quiet room for one dispute (SPEC 17.8.1, 18.4).
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"

#include <memory>

namespace mpac::actors {

/// Thin: it asks a protocol::dispute and answers with its ruling, until the session dissolves it.
/// Spawn it with `system.spawn(conflict_room, record, watch)`. When it throws it ends, and who waits for its ruling
/// gets an error.
conflict_actor::behavior_type conflict_room(conflict_actor::pointer self, const protocol::conflict_record& about,
                                            const std::shared_ptr<observer>& watch);

} // namespace mpac::actors
