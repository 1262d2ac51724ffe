// Inspects the logs of a table before RocksDB opens it, and cuts off what was being written when the machine died.
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"
#include "store/log_verdict.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace mpac::store {

/// What has gone from the logs into sorted files.
struct flushed_state {
  std::uint64_t batch = 0;     ///< the last of it
  std::uint64_t first_log = 0; ///< logs with a lower number are not read any more; they may hold anything
};

/// A log file in the folder of a table.
struct log_file {
  std::uint64_t number = 0;
  std::filesystem::path path;
};

/// In the order of their numbers.
[[nodiscard]] base::result<std::vector<log_file>, fault> list_logs(const std::filesystem::path& folder);

/// Judges the logs (store/log_verdict.hpp tells the rules) as they are on the disk: what the system still has in memory
/// of them is written first, and then read again. Then cuts them, so that RocksDB sees whole batches up to the one that
/// is returned, and nothing else. After a fault nothing has been changed, except where cutting itself has failed: then
/// less is cut than should be, and the next inspection goes on with it.
[[nodiscard]] base::result<std::uint64_t, fault> mend_logs(const std::filesystem::path& folder,
                                                           const flushed_state& flushed);

} // namespace mpac::store
