// Where the admin API meets the actors: asks the registry and looks into sessions without blocking anybody.
#pragma once

#include "actors/handles.hpp"
#include "cluster/transcript_export.hpp"
#include "net/http_house.hpp"
#include "protocol/session_figures.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace mpac::cluster {

/// Why a question got no answer.
enum class no_answer {
  no_such_session,
  unavailable, ///< the hub stops, or the session ended while it was asked, or what is kept of it can't be read
  busy,        ///< too many ask for this
};

/// How many transcripts are exported at the same time: each takes some megabytes, and space on the disk.
inline constexpr std::size_t transcripts_at_once = 16;

/// One line of the list of sessions.
struct listed_session {
  protocol::session_figures figures;
  bool is_loaded = true;
};

/// Thread-safe. Every function returns at once; what it was given is called once, on some actor's thread, or dropped
/// uncalled when the actors end first. A session that is asked for is loaded if it is parked, but never made.
class admin_desk {
public:
  /// `paper`: how transcripts are exported; the desk puts in who does it.
  admin_desk(caf::actor_system& system, actors::registry_actor registry, actors::journal_actor journal,
             transcript_terms paper);
  ~admin_desk();

  /// Gives what tells of it, which is called once all that was seen is kept.
  using look = std::function<std::function<void()>(const protocol::session&)>;
  using otherwise = std::function<void(no_answer)>;

  /// Looks at a session on its own thread, between two decisions; so it should be quick. What it throws becomes
  /// `unavailable`.
  void visit(protocol::session_id id, look at, otherwise sorry);
  /// Closes it first (SESSION_CLOSE `manual`), if it is open.
  void close(protocol::session_id id, protocol::close_disposition intents, look at, otherwise sorry);

  /// Decides on a claim first, for `by` or, where nobody is named, as the coordinator. `at` is told what spoke against
  /// it, if anything.
  void settle_claim(
      protocol::session_id id, protocol::claim_answer said, std::optional<protocol::principal_id> by,
      std::function<std::function<void()>(const protocol::session&, const std::optional<protocol::refusal>&)> at,
      otherwise sorry);

  /// Sessions by name, from `after` on, in memory or parked, at most `limit`.
  void list(protocol::session_id after, std::size_t limit, std::function<void(std::vector<listed_session>)> take,
            otherwise sorry);

  void create(protocol::session_id id, protocol::shared_policy policy, std::function<void(actors::creation)> take,
              otherwise sorry);

  /// Begins to export a transcript up to what a visit has seen, when that may be told. At most `transcripts_at_once`
  /// are under way.
  void transcript(transcript_frame what, std::function<void(net::piece_source)> take, otherwise sorry);

  /// Copies the whole store; `take` is called with the size of the copy, or with what went wrong.
  void back_up(std::filesystem::path to, std::function<void(const base::result<std::uint64_t, store::fault>&)> take);

  admin_desk(const admin_desk&) = delete;
  admin_desk& operator=(const admin_desk&) = delete;

private:
  struct contacts;
  std::shared_ptr<const contacts> at_;
};

} // namespace mpac::cluster
