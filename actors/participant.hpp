// The participant actor: one for each connection, its admission and the way to its session (SPEC 14.1, 23.3).
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"
#include "actors/outbox.hpp"

#include <memory>
#include <string>

namespace mpac::actors {

/// What is known of the other end of a connection before it says anything.
struct peer_facts {
  std::string address;     ///< with its port, for logs; empty: not known
  std::string certificate; ///< DER of the client certificate that this very connection has proven; empty: none
};

/// The behaviour of a participant actor; spawn it with `system.spawn(participant_room, seat, session, registry, outbox,
/// watch, peer)`. It asks the registry for its session at once, and ends with its connection. Work that needs no order
/// happens here, in parallel with other connections.
participant_actor::behavior_type participant_room(participant_actor::pointer self, protocol::seat_number seat,
                                                  protocol::session_id session, registry_actor registry,
                                                  std::shared_ptr<outbox> outbox, std::shared_ptr<observer> watch,
                                                  peer_facts peer);

/// The same for a session that is known already, without a registry: for embedders.
participant_actor::behavior_type participant_of(participant_actor::pointer self, protocol::seat_number seat,
                                                session_actor session, std::shared_ptr<outbox> outbox,
                                                std::shared_ptr<observer> watch);

} // namespace mpac::actors
