// The journal actor: keeps what all sessions decide, in batches (see store/journal.hpp).
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"
#include "store/engine.hpp"

#include <memory>

namespace caf {
class actor_system;
}

namespace mpac::actors {

/// Starts it; on a thread of its own when the engine may wait for a disk.
journal_actor spawn_journal(caf::actor_system& system, std::unique_ptr<store::engine> engine,
                            std::shared_ptr<observer> watched_by);

} // namespace mpac::actors
