// The participant actor: one for each connection, its admission and the way to its session (SPEC 14.1, 23.3).
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"
#include "actors/outbox.hpp"
#include "actors/safeguards.hpp"
#include "actors/vouching.hpp"

#include <memory>

namespace mpac::actors {

/// The behaviour of a participant actor; spawn it with `system.spawn(participant_room, seat, session, registry, outbox,
/// watch, guards, peer)`. It asks the registry for its session at once, and ends with its connection. Work that needs
/// no order happens here, in parallel with other connections: signatures are checked, and credentials verified.
/// `guards` may be null: then nobody joins sessions beyond the open profile.
participant_actor::behavior_type participant_room(participant_actor::pointer self, protocol::seat_number seat,
                                                  protocol::session_id session, registry_actor registry,
                                                  std::shared_ptr<outbox> outbox, std::shared_ptr<observer> watch,
                                                  std::shared_ptr<const safeguards> guards, peer_facts peer);

/// The same for a session that is known already, without a registry: for embedders.
participant_actor::behavior_type participant_of(participant_actor::pointer self, protocol::seat_number seat,
                                                session_actor session, std::shared_ptr<outbox> outbox,
                                                std::shared_ptr<observer> watch,
                                                std::shared_ptr<const safeguards> guards, peer_facts peer);

} // namespace mpac::actors
