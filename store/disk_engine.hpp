// Keeps sessions in a table on disk: each parcel one record, now and then an image (SPEC 8.1.1.2, 8.1.1.3, 9.6.3).
#pragma once

#include "store/catalogue_entry.hpp"
#include "store/engine.hpp"
#include "store/steady_table.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mpac::store {

/// The form in which records are written. A store of a higher one is refused: it holds what this program does not know.
inline constexpr std::uint64_t store_format = 1;

/// An image is wanted of a session when the records since the last one have grown to this many times its size, and to
/// this many bytes at least: so images never are the larger part of what is written, and a session that is loaded is
/// never far behind its image.
inline constexpr std::size_t records_per_image = 4;
inline constexpr std::size_t least_bytes_between_images = 192 * 1024;

struct disk_terms {
  sync_mode sync = sync_mode::commit;
  base::duration sync_interval{}; ///< of `sync_mode::interval`
  disk_probe probe = {};
};

class disk_engine final : public engine {
public:
  /// Opens the table, in a new life of the hub.
  [[nodiscard]] static base::result<std::unique_ptr<engine>, fault> open(table_source source, disk_terms terms);

  [[nodiscard]] base::result<void, fault> append(std::span<const parcel> batch) override;
  [[nodiscard]] bool wants_image(const protocol::session_id& id) const override;
  [[nodiscard]] base::result<void, fault> sync() override;
  [[nodiscard]] base::duration sync_interval() const noexcept override;
  [[nodiscard]] base::result<void, fault> park(std::unique_ptr<protocol::session> facts) override;
  [[nodiscard]] base::result<stored_session, fault> fetch(const protocol::session_id& id) override;
  [[nodiscard]] base::result<std::shared_ptr<const protocol::session>, fault>
  look_up(const protocol::session_id& id) override;
  [[nodiscard]] base::result<std::vector<protocol::session_figures>, fault> kept(const protocol::session_id& after,
                                                                                 std::size_t limit) override;
  [[nodiscard]] base::result<std::vector<sleeper>, fault> sleepers() override;
  [[nodiscard]] base::result<std::uint64_t, fault>
  read_transcript(const protocol::session_id& id, std::uint64_t from, std::size_t budget,
                  const std::function<void(const transcript_line&)>& visit) override;
  [[nodiscard]] base::result<void, fault> read_told(const protocol::session_id& id,
                                                    protocol::replay_search& to) override;
  [[nodiscard]] base::result<bool, fault> tidy(base::instant now) override;
  [[nodiscard]] base::result<std::uint64_t, fault> back_up(const std::filesystem::path& to) override;
  [[nodiscard]] bool may_block() const noexcept override { return true; }
  [[nodiscard]] bool is_durable() const noexcept override { return true; }

private:
  /// How far a session in memory has come since its last image.
  struct progress {
    std::size_t image_bytes = 0;
    std::size_t bytes_since = 0;
    std::uint64_t lamport = 0; ///< of the last decision
    bool is_marked = false;    ///< the catalogue says that it is awake
    catalogue_entry shown;     ///< what the catalogue says
  };
  using in_memory = std::unordered_map<protocol::session_id, progress>;

  disk_engine(table_source source, const disk_terms& terms)
      : table_(std::move(source), terms.probe, terms.sync), terms_(terms) {}

  [[nodiscard]] base::result<void, fault> begin_life();
  /// The table for reading, or why it can't be read.
  [[nodiscard]] base::result<table*, fault> reading();
  /// Mends what has failed before, if anything has.
  [[nodiscard]] base::result<void, fault> ready();
  /// Whether that is the first to be kept of the session since it came into memory.
  bool add(const parcel& what, changes& to, in_memory& after) const;
  /// The image and what was decided behind it.
  struct assembled {
    std::unique_ptr<protocol::session> facts;
    std::size_t image_bytes = 0, bytes_since = 0;
  };
  [[nodiscard]] base::result<assembled, fault> assemble(const protocol::session_id& id);
  [[nodiscard]] base::result<std::optional<catalogue_entry>, fault> entry_of(const protocol::session_id& id);
  /// Whether a session is closed, out of memory, and everything in it as old as it may become.
  [[nodiscard]] base::result<bool, fault> is_over(const catalogue_entry& of, base::instant now);
  [[nodiscard]] base::result<std::size_t, fault> drop_old_records(const catalogue_entry& of, base::instant now,
                                                                  changes& to);
  /// Sessions without anybody else between them, from the first to the last.
  using runs = std::vector<std::pair<protocol::session_id, protocol::session_id>>;
  [[nodiscard]] base::result<bool, fault> look_through(base::instant now, changes& all, runs& over);

  steady_table table_;
  disk_terms terms_;
  std::uint64_t life_ = 0;
  in_memory in_memory_;
  std::optional<in_memory> appended_; // of an append that failed and is to come again: what holds once it is in
  protocol::session_id tidied_;       // the last one that was looked through
  // Those that are being dropped: after a failed write, what can still be read shows them, and they are no more.
  std::unordered_set<protocol::session_id> leaving_;
};

} // namespace mpac::store
