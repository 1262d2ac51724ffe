// Reads one of RocksDB's log files: which batches it holds, where they end, and what can still be read behind that.
#pragma once

#include "store/batch_mark.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::store {

/// A batch in a log: its mark, and the bytes [begin, end) it takes.
struct logged_batch {
  batch_mark mark;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// What a log file says.
struct log_scan {
  /// The batches from the beginning on, without a gap between their bytes.
  std::vector<logged_batch> batches;
  /// Where the last of them ends. What follows was never written, is left of an older log in the same file, was being
  /// written when the machine died, or is damaged.
  std::uint64_t end = 0;
  /// The first record behind `end` that cannot be read, inside the batch that begins at `end`.
  std::uint64_t unreadable = 0;
  /// Marks of batches of this log that stand behind `end`, in their order. A batch whose first bytes can be read is
  /// enough, since these hold its mark.
  std::vector<logged_batch> behind;
  /// Where a record stands that is whole, but that no table has written.
  std::optional<std::uint64_t> foreign;
};

/// `number` is that of the log, from the file's name: in a file that was used before, old records bear another.
[[nodiscard]] log_scan scan_log(std::string_view content, std::uint64_t number);

} // namespace mpac::store
