// The registry: finds or makes the session of an id, supervises all of them, and lets idle ones leave memory.
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"
#include "actors/session.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace mpac::actors {

/// How a session begins when it is neither in memory nor in the store. Nothing: no such session may be made.
/// Called on the registry's thread.
using session_source = std::function<std::optional<protocol::session_origin>(const protocol::session_id&)>;
/// Which policy holds for a session that comes out of the store: its own, or one that follows from the configuration of
/// today. Called on the registry's thread.
using policy_source = std::function<protocol::shared_policy(const protocol::session&)>;

struct registry_terms {
  journal_actor journal;
  session_source source;
  policy_source resumes; ///< may be empty: each keeps its own
  /// Whether the operator wants a session of this name, whoever comes: then it is made by whoever connects first and
  /// stays like any other. All others leave memory with the last who is connected, unless somebody has entered them.
  /// Called on the registry's thread; may be empty: none is.
  std::function<bool(const protocol::session_id&)> is_named = {};
  /// Told of every session that has left memory, and whether it is over: such a one is dropped from the store one day.
  /// May be empty.
  std::function<void(const protocol::session_id&, bool is_over)> has_left = {};
  /// Told of every session that has failed, whether it may return or not: nobody uses it any more. May be empty.
  std::function<void(const protocol::session_id&)> has_failed = {};
  std::shared_ptr<observer> watch;
  base::duration idle_unload{};   ///< zero: sessions stay in memory
  std::size_t sessions_limit = 0; ///< 0 = any number
  double messages_per_sec = 0;
  double burst = 100;
  std::shared_ptr<const security::signing_key> coordinator_key = {}; ///< null: no session is signed
  protocol::session_limits session_limits; ///< of sessions that come out of the store: not as it was when they left
};

/// A session that fails comes back at once, where it is kept, and else with whoever comes back to it: at most
/// `restarts` times within `restart_window`.
inline constexpr int restarts = 5;
inline constexpr std::chrono::seconds restart_window{60};
/// How many sessions are brought into memory at once because something is due in them: the others wait their turn, and
/// whoever connects does not wait for them.
inline constexpr std::size_t wakings_at_once = 16;

/// Spawn it with `system.spawn(registry_room, terms)`.
registry_actor::behavior_type registry_room(registry_actor::pointer self, registry_terms terms);

} // namespace mpac::actors
