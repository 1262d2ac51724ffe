// The session actor: the great room, where one order holds for all (SPEC 7.7, 8.1).
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"
#include "security/signing_key.hpp"

#include <caf/fwd.hpp>

#include <memory>

namespace mpac::actors {

/// What a session actor needs to know of the house. The registry may be null: an embedded session is its own house, and
/// is never unloaded.
struct session_surroundings {
  journal_actor journal;
  registry_actor registry;
  std::shared_ptr<observer> watch;
  /// How long nobody may be connected before the session leaves memory; zero = it stays. One that has not begun does
  /// not wait for it, unless `is_named`.
  base::duration idle_unload{};
  double messages_per_sec = 0; ///< for each connection; 0 = unlimited
  double burst = 100;
  /// Where it comes from: what the journal has to be told first follows from that.
  enum class beginning {
    made,        ///< nobody has heard of it, and the journal does not know it yet
    loaded,      ///< it has been out of memory and comes back unnoticed, or the journal knows it as it was made
    interrupted, ///< its coordinator comes back in a new epoch (SPEC 8.1.1.3)
  };
  beginning begins = beginning::made;
  bool store_answers = true; ///< false: the store takes nothing at the moment
  /// With which the coordinator signs in the verified profile (SPEC 23.1.3.1); null: it does not sign.
  std::shared_ptr<const security::signing_key> coordinator_key = {};
  bool is_named = true; ///< false: nobody wants it but who has connected to its name
};

/// The behaviour of a session actor; spawn it with `system.spawn(session_room, facts, surroundings)`.
/// The actor owns the facts, the order and one timer.
session_actor::behavior_type session_room(session_actor::pointer self, std::shared_ptr<protocol::session> facts,
                                          session_surroundings around);

} // namespace mpac::actors
