// Puts a transcript of any length into its order, with bounded memory (SPEC 9.6.3).
#pragma once

#include "base/result.hpp"
#include "protocol/wire/transcript_encoder.hpp"
#include "store/fault.hpp"
#include "store/scratch_file.hpp"
#include "store/text_spool.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpac::store {

class run_merge;

struct sorting_terms {
  std::size_t run_bytes = 1024 * 1024;  ///< so much is sorted in memory
  std::size_t runs_at_once = 32;        ///< so many runs become one
  std::size_t buffer_bytes = 16 * 1024; ///< read of each run at once
};

/// Messages go in as the hub dealt with them and come out in the order of `protocol::sort_transcript`. Few of them
/// never touch a disk. Of more, sorted runs are written to scratch files, and as many as come together merged into
/// longer ones: memory grows with the logarithm of the length, in steps of `runs_at_once` buffers.
///
/// First `add` and, until it says that nothing is left to do, `work`, again and again; then `close` once; then `next`
/// until it finds nothing. After a fault it is of no use any more. For one thread at a time.
class transcript_sorter {
public:
  explicit transcript_sorter(std::filesystem::path scratch_folder, sorting_terms terms = {});
  ~transcript_sorter();
  transcript_sorter(transcript_sorter&&) noexcept;

  /// `note` goes with it.
  void add(std::uint64_t sequence, protocol::frame_ptr frame, std::string note = {});
  /// Does a bounded piece of what is due. Whether there is more.
  [[nodiscard]] base::result<bool, fault> work();
  /// Nothing more comes in.
  [[nodiscard]] base::result<void, fault> close();

  /// Appends the next message, byte for byte, and tells its sequence number; nothing at the end. Its note goes to
  /// `note`.
  [[nodiscard]] base::result<std::optional<std::uint64_t>, fault> next(std::string& to, std::string& note);
  [[nodiscard]] base::result<std::optional<std::uint64_t>, fault> next(std::string& to) {
    std::string unheeded;
    return next(to, unheeded);
  }

  /// About how much memory this takes now.
  [[nodiscard]] std::size_t bytes_held() const noexcept;
  [[nodiscard]] std::uint64_t bytes_on_disk() const noexcept;

private:
  /// Runs of about one length, one behind the other.
  struct level {
    scratch_file file;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> runs; // begin and end of each
  };

  void sort_held();
  [[nodiscard]] base::result<void, fault> spill();
  [[nodiscard]] base::result<level*, fault> level_at(std::size_t number);
  [[nodiscard]] base::result<void, fault> begin_merge(std::size_t from);
  [[nodiscard]] base::result<void, fault> go_on_merging();

  std::filesystem::path folder_;
  sorting_terms terms_;
  protocol::transcript_order order_;
  std::vector<protocol::transcript_entry> held_;
  std::size_t held_bytes_ = 0;
  std::size_t given_ = 0; // of what is held, once closed
  std::vector<std::unique_ptr<level>> levels_;
  std::size_t merged_level_ = 0;     // whose runs become one
  std::uint64_t merged_begin_ = 0;   // where that one begins
  std::unique_ptr<run_merge> merge_; // under way, or once closed: of everything
};

/// Numbers that are written one after the other and then read once: few in memory, more in a scratch file.
class number_spool {
public:
  explicit number_spool(std::filesystem::path scratch_folder) : bytes_(std::move(scratch_folder)) {}

  [[nodiscard]] base::result<void, fault> put(std::uint64_t number);
  /// The next, from the first on; nothing at the end.
  [[nodiscard]] base::result<std::optional<std::uint64_t>, fault> take();

private:
  static constexpr std::size_t at_once = 4096;

  text_spool bytes_;
  std::string block_;  // taken of them
  std::size_t at_ = 0; // in the block
};

} // namespace mpac::store
