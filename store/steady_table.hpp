// A table that is opened anew after a failure, and then holds all that was promised (SPEC 8.1.1.2).
#pragma once

#include "store/table.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

namespace mpac::store {

/// When what is written has to be on the disk.
enum class sync_mode : std::uint8_t {
  commit,   ///< when `write` returns
  interval, ///< when `sync` has been called
  none,     ///< whenever the system likes
};

/// When one batch has to be on the disk.
enum class when : std::uint8_t {
  as_usual, ///< as the mode says
  now,      ///< when `write` returns, whatever the mode says
  later,    ///< together with what comes next, at the latest when 64 of them wait
};

/// Finds out whether the disk takes anything at all. May be empty: nobody knows.
using disk_probe = std::function<base::result<void, fault>()>;

/// Numbers the batches, and remembers each until it is known to be on the disk. After a failed write or sync nothing
/// since the last good sync is trusted: the table is read again from the disk, and what it lacks of what is remembered
/// is written again. For one thread at a time.
class steady_table {
public:
  steady_table(table_source source, disk_probe probe, sync_mode mode)
      : source_(std::move(source)), probe_(std::move(probe)), mode_(mode) {}

  /// Opens it for the first time; all else needs that.
  [[nodiscard]] base::result<void, fault> open();

  /// On failure the batch stays: `mend` brings it in, and before that nothing else is taken.
  [[nodiscard]] base::result<void, fault> write(changes what, when synced = when::as_usual);
  [[nodiscard]] base::result<void, fault> sync();

  /// Whether something failed and has not been mended.
  [[nodiscard]] bool is_broken() const noexcept { return broken_; }
  /// Opens the table anew; afterwards everything that was written is there. As long as the disk takes nothing the old
  /// one stays, for reading.
  [[nodiscard]] base::result<void, fault> mend();

  /// For reading; null while it can't be opened, or lacks something that was written and is still to be brought in.
  [[nodiscard]] table* reading() noexcept { return table_ && table_->batch() >= written_ ? table_.get() : nullptr; }

private:
  struct batch {
    std::uint64_t number;
    changes what;
  };

  table_source source_;
  disk_probe probe_;
  sync_mode mode_;
  std::unique_ptr<table> table_;
  std::deque<batch> unsynced_; // oldest first, without gaps; bounded by what is written between two syncs
  std::uint64_t last_ = 0;     // number of the last batch that was written, or is to be written again
  std::uint64_t written_ = 0;  // number of the last batch of which `write` has said that it is there
  bool broken_ = false;
};

} // namespace mpac::store
