// A table in memory over a disk that fails on demand: what is written, what is synced, and what a loss of power leaves.
#pragma once

#include "store/table.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpac::tests {

/// What a table does on its disk, as far as it may go wrong.
enum class disk_call : std::uint8_t { open, write, sync, get, scan, last_before };

/// What becomes of one call.
enum class disk_outcome : std::uint8_t {
  done,
  fails,       ///< and nothing of it is on the disk
  half_failed, ///< a write that fails, and yet is in the log
  dropped,     ///< a write that says it is done, and is not: no disk may do that
};

/// The disk outlives its tables: one at a time. After a failed write or sync a table only lets itself be read, without
/// the batch that failed, and the next one finds what a log would keep: everything synced, and of what was written
/// behind it, the failed batch perhaps among it, a beginning. For one thread.
class faulty_disk {
public:
  /// Asked before every call; nothing is asked while it is empty.
  using judge = std::function<disk_outcome(disk_call)>;
  /// How many of some unsynced batches survive.
  using survivors = std::function<std::size_t(std::size_t unsynced)>;

  /// Opens tables on this disk, which must outlive them.
  [[nodiscard]] store::table_source source();

  void judged_by(judge how) { judge_ = std::move(how); }
  /// Every call fails until it is called with false.
  void fails(bool everything) noexcept { fails_ = everything; }
  /// What a table that has failed leaves of what is not synced; all of it where nobody says.
  void leaves(survivors how) { survivors_ = std::move(how); }

  /// The power is gone: of what is not synced `surviving` batches are left, the oldest. What is under way is over: the
  /// table that is open refuses everything from now on.
  void lose_power(std::size_t surviving);
  /// The process is gone, and the system still has what was written.
  void lose_process() {
    ++life_;
    decide_limbo();
  }
  /// No disk may do that: with the power one batch in the middle is gone, and those behind it are there.
  void lose_one_in_the_middle(std::size_t which);

  [[nodiscard]] std::size_t unsynced() const noexcept { return undo_.size(); }
  [[nodiscard]] std::uint64_t batch() const noexcept { return batch_; }
  [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
  [[nodiscard]] std::size_t openings() const noexcept { return openings_; }

  using contents = std::map<std::string, std::string, std::less<>>;
  [[nodiscard]] const contents& at(store::space where) const { return spaces_[static_cast<std::size_t>(where)]; }
  /// To spoil a value.
  [[nodiscard]] contents& at(store::space where) { return spaces_[static_cast<std::size_t>(where)]; }

private:
  friend class faulty_table;
  /// How it was before a batch, change by change.
  struct former {
    store::space where;
    std::string key;
    std::optional<std::string> value;
  };
  struct unsynced_batch {
    std::vector<former> before;
    store::changes what;
  };
  [[nodiscard]] disk_outcome ask(disk_call what);
  void apply(const store::changes& what, std::vector<former>& before);
  void put(store::space where, const std::string& key, std::optional<std::string> value, std::vector<former>& before);
  void write(const store::changes& what);
  void decide_limbo();
  void take_back();
  void keep_only(std::size_t surviving);
  void is_synced() noexcept { undo_.clear(); }

  std::array<contents, 4> spaces_;
  std::deque<unsynced_batch> undo_;     // of what is not synced, oldest first
  std::optional<store::changes> limbo_; // a batch whose write failed, and which is in the log all the same
  std::uint64_t batch_ = 0;
  std::uint64_t life_ = 0; // tables of an earlier one are dead
  std::uint64_t calls_ = 0;
  std::size_t openings_ = 0, open_ = 0;
  bool fails_ = false;
  judge judge_;
  survivors survivors_;
};

} // namespace mpac::tests
