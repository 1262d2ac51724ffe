// What keeps a journal: the seam between the journal's rules and a way to store (SPEC 8.1.1.2, 9.6.3).
#pragma once

#include "base/result.hpp"
#include "protocol/decision.hpp"
#include "protocol/replay.hpp"
#include "protocol/session.hpp"
#include "store/fault.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::store {

/// One decision of one session.
struct entry {
  protocol::session_id session;
  std::shared_ptr<const protocol::decision> what;
};

/// One line of a transcript (SPEC 9.6.3).
struct transcript_line {
  std::uint64_t sequence = 0; ///< the decision it belongs to
  bool inbound = false;
  base::instant when{};
  protocol::frame_ptr frame;
};

/// A way to store. Used by one thread at a time.
class engine {
public:
  virtual ~engine() = default;

  /// Keeps a batch, all of it or nothing.
  [[nodiscard]] virtual base::result<void, fault> append(std::span<const entry> batch) = 0;

  /// Takes over a session that leaves memory, and gives it back whole.
  [[nodiscard]] virtual base::result<void, fault> park(std::unique_ptr<protocol::session> facts) = 0;
  /// Null when no session of this id is kept.
  [[nodiscard]] virtual base::result<std::unique_ptr<protocol::session>, fault>
  fetch(const protocol::session_id& id) = 0;
  /// The facts of a parked session, without bringing it back; null when it is not parked here.
  [[nodiscard]] virtual const protocol::session* peek(const protocol::session_id& id) const = 0;

  /// The transcript lines of a session that are still kept, oldest first.
  virtual void read_transcript(const protocol::session_id& id,
                               const std::function<void(const transcript_line&)>& visit) const = 0;

  /// Shows `to` what has been told in a session and is still kept (SPEC 12.8).
  virtual void read_told(const protocol::session_id& id, protocol::replay_search& to) const = 0;

  /// Parked sessions by name, from `after` on, at most `limit`.
  [[nodiscard]] virtual std::vector<protocol::session_id> parked(const protocol::session_id& after,
                                                                 std::size_t limit) const = 0;

  /// Whether calls may wait for a disk: the journal then gets a thread of its own.
  [[nodiscard]] virtual bool may_block() const noexcept = 0;
};

} // namespace mpac::store
