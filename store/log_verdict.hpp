// Tells the end of the logs from damage to them: may the table be opened, with which batches, and what has to be cut?
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"
#include "store/log_scan.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mpac::store {

/// A log that RocksDB is going to read.
struct live_log {
  std::string name; ///< for people
  log_scan scan;
};

struct log_verdict {
  std::uint64_t batch = 0;              ///< the last that will be there
  std::vector<std::uint64_t> log_bytes; ///< what may stay of each log, in their order
};

/// `flushed` is the last batch that has gone from the logs into sorted files; `logs` are in the order of their numbers.
///
/// Batches bear the numbers 1, 2, 3 and so on, and each says which was the last that was known to be on the disk when
/// it was written. Let `lost` be the first batch after `flushed` that cannot be read, neither whole nor in its place.
///
///   what can still be read of batches after `lost`      it is        then
///   --------------------------------------------------  -----------  ------------------------------------------------
///   nothing                                             the end      each log is cut behind its last whole batch
///   some, none says that `lost` was on the disk         a torn tail  the logs are cut before `lost`: what follows was
///                                                                    not on the disk either when the machine died
///   some, and one says that `lost` was on the disk      damage       a fault; nothing is changed
///
/// and besides
///
///   the first log begins after `flushed` + 1            damage       a fault; nothing is changed: a log comes into
///                                                                    being only after the ones before it
///   a batch stands twice, or before its predecessor     damage       a fault; nothing is changed
///   a whole record that no table has written            damage       a fault; nothing is changed
///
/// Two kinds of damage cannot be told from a torn tail: to the last batch of all, and to the last batches all at once.
[[nodiscard]] base::result<log_verdict, fault> judge_logs(std::uint64_t flushed, std::span<const live_log> logs);

} // namespace mpac::store
