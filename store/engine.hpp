// What keeps a journal: the seam between the journal's rules and a way to store (SPEC 8.1.1.2, 9.6.3).
#pragma once

#include "base/result.hpp"
#include "protocol/decision.hpp"
#include "protocol/replay.hpp"
#include "protocol/session_figures.hpp"
#include "protocol/session_image.hpp"
#include "store/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace mpac::store {

/// What one session hands over at once.
struct parcel {
  protocol::session_id session;
  /// In their order; none where a session is founded.
  std::vector<std::shared_ptr<const protocol::decision>> decisions;
  /// The session behind the last of them, where it is new or the engine has asked for it; mostly null.
  std::shared_ptr<const protocol::session_image> image;
};

/// One line of a transcript (SPEC 9.6.3).
struct transcript_line {
  std::uint64_t sequence = 0; ///< the decision it belongs to
  bool inbound = false;
  base::instant when{};
  protocol::frame_ptr frame;
  std::uint64_t index = 0; ///< in the tamper-evident log, from 1 on; 0: the session keeps none (SPEC 23.1.3)
  std::optional<protocol::log_digest> before{}; ///< of the first of a decision: the link it follows
};

/// A session that was not in memory.
struct stored_session {
  std::unique_ptr<protocol::session> facts; ///< null: no session of this id is kept
  /// It did not leave memory in order within this life of the hub: its coordinator comes back, in a new epoch
  /// (SPEC 8.1.1.3).
  bool was_interrupted = false;
};

/// A session out of memory that has something to do by itself.
struct sleeper {
  protocol::session_id session;
  base::instant wake_at{}; ///< in the past where nobody knows: it was in memory when the hub ended
};

/// A way to store. Used by one thread at a time.
class engine {
public:
  virtual ~engine() = default;

  /// Keeps a batch, all of it or nothing. Where it fails the same batch has to come again before any other.
  [[nodiscard]] virtual base::result<void, fault> append(std::span<const parcel> batch) = 0;
  /// Whether what is kept of a session has grown so much that an image of it should come with its next parcel.
  [[nodiscard]] virtual bool wants_image(const protocol::session_id& id) const = 0;

  /// Makes durable what `append` has left to the next sync, every `sync_interval`; zero: there is nothing to sync.
  [[nodiscard]] virtual base::result<void, fault> sync() = 0;
  [[nodiscard]] virtual base::duration sync_interval() const noexcept = 0;

  /// Takes over a session that leaves memory. All it has decided is kept by then.
  [[nodiscard]] virtual base::result<void, fault> park(std::unique_ptr<protocol::session> facts) = 0;
  /// Gives it back whole.
  [[nodiscard]] virtual base::result<stored_session, fault> fetch(const protocol::session_id& id) = 0;
  /// A session as it is kept, to be looked at only; null when there is none, or none but that in memory.
  [[nodiscard]] virtual base::result<std::shared_ptr<const protocol::session>, fault>
  look_up(const protocol::session_id& id) = 0;
  /// Sessions that are kept, by name, from `after` on, at most `limit`: as they were when they left memory, or when an
  /// image was last taken of them. Those in memory may be among them.
  [[nodiscard]] virtual base::result<std::vector<protocol::session_figures>, fault>
  kept(const protocol::session_id& after, std::size_t limit) = 0;
  /// Who has to be waked when the hub begins.
  [[nodiscard]] virtual base::result<std::vector<sleeper>, fault> sleepers() = 0;

  /// Shows transcript lines that are still kept, oldest first, from the decision `from` on, until about `budget` bytes
  /// have been shown. Gives the decision to go on from; 0 when that was all.
  [[nodiscard]] virtual base::result<std::uint64_t, fault>
  read_transcript(const protocol::session_id& id, std::uint64_t from, std::size_t budget,
                  const std::function<void(const transcript_line&)>& visit) = 0;

  /// Shows `to` what has been told in a session and is still kept (SPEC 12.8).
  [[nodiscard]] virtual base::result<void, fault> read_told(const protocol::session_id& id,
                                                            protocol::replay_search& to) = 0;

  /// Drops a little of what need not be kept any more (SPEC 9.6.3, 9.6.4): old records of sessions, and whole sessions
  /// that are closed and out of memory, once everything in them is older than `lifecycle.audit_retention_days`; nothing
  /// of those is found afterwards. Whether there may be more to drop at once.
  [[nodiscard]] virtual base::result<bool, fault> tidy(base::instant now) = 0;
  /// Whether anything is kept that will be too old one day.
  [[nodiscard]] virtual bool has_what_ages() const noexcept { return is_durable(); }

  /// Makes a consistent copy of everything kept, in a directory that is not there yet; gives its size in bytes.
  [[nodiscard]] virtual base::result<std::uint64_t, fault> back_up(const std::filesystem::path& to) = 0;

  /// Whether calls may wait for a disk: the journal then gets a thread of its own.
  [[nodiscard]] virtual bool may_block() const noexcept = 0;
  /// Whether what is kept outlives this process.
  [[nodiscard]] virtual bool is_durable() const noexcept = 0;
};

} // namespace mpac::store
