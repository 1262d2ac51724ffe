// One transcript on its way from the journal to whoever reads it (SPEC 9.6.3).
#pragma once

#include "actors/handles.hpp"
#include "cluster/exported_log.hpp"
#include "net/http_house.hpp"
#include "protocol/ids.hpp"
#include "store/engine.hpp"
#include "store/text_spool.hpp"
#include "store/transcript_sorter.hpp"

#include <caf/actor.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mpac::cluster {

/// What a transcript begins and ends with, and how far it goes: all of one moment.
struct transcript_frame {
  protocol::session_id session;
  std::string head;           ///< protocol::transcript_head
  std::string final_snapshot; ///< JSON
  std::uint64_t up_to = 0;    ///< the last decision that led to this snapshot
  /// Where its tamper-evident log stands behind that decision; nothing where the session keeps none.
  std::optional<protocol::chain_head> log{};
};

/// An actor on a thread of its own that runs what it is given: what may wait for a disk and must not make anybody else
/// wait.
[[nodiscard]] caf::actor spawn_scribe(caf::actor_system& system);

struct transcript_terms {
  caf::actor scribe;
  actors::journal_actor journal;
  std::filesystem::path scratch_folder;
  store::sorting_terms sorting;
  /// Called when one ends short, with the reason.
  std::function<void(const protocol::session_id&, const std::string& why)> has_failed = {};
  /// Who vouches for the logs of sessions, as things stand now; may be empty.
  std::function<std::optional<log_witness>()> witness = {};
  /// What is not to leave the hub, as things stand now; may be empty.
  std::function<redactions()> left_out = {};
};

/// Reads the journal chunk by chunk and only when a piece is asked for: who reads slowly slows down nobody, and who
/// goes away ends it. Until all has been read and sorted the pieces are blank lines between the head and the first
/// message, so that a reader knows it is alive, and is known to be. What can't be gone on with ends short: its taker is
/// dropped.
class transcript_export : public std::enable_shared_from_this<transcript_export> {
public:
  transcript_export(transcript_frame what, transcript_terms terms);

  /// Reads the beginning; then `ready` is called, or `sorry`: while nothing has been said, all can still be refused.
  void begin(std::function<void()> ready, std::function<void(const std::string& why)> sorry);
  /// The pieces, once it is ready. Holds the export.
  [[nodiscard]] net::piece_source pieces();

private:
  enum class part { head, reading, sorting, messages, sequences, log, over };
  using chunk = std::vector<store::transcript_line>;

  void next(const net::piece_taker& take);
  /// Asks for the next chunk; `then` is called on the scribe's thread when it is in.
  void read(std::function<void(const std::optional<store::fault>&)> then);
  void take_in(chunk& lines, std::uint64_t next);
  // These put the next piece into `to`.
  [[nodiscard]] base::result<void, store::fault> make_piece(std::string& to);
  [[nodiscard]] base::result<void, store::fault> go_on_sorting(std::string& to);
  [[nodiscard]] base::result<void, store::fault> tell_messages(std::string& to);
  [[nodiscard]] base::result<void, store::fault> tell_sequences(std::string& to);
  [[nodiscard]] base::result<void, store::fault> tell_log(std::string& to);
  void fail(const store::fault& why);

  transcript_frame what_;
  transcript_terms terms_;
  part at_ = part::head;
  std::uint64_t next_ = 0; // decision to read
  bool all_read_ = false;
  bool is_first_ = true; // of a list
  store::transcript_sorter sorter_;
  store::number_spool sequences_;
  exported_log log_;
  store::text_spool entries_; // of the log, as JSON
};

} // namespace mpac::cluster
