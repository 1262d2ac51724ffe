// Opens a table that RocksDB keeps in a folder (SPEC 8.1.1.2).
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"
#include "store/table.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace rocksdb {
class Env;
}

namespace mpac::store {

struct rocksdb_options {
  /// What reads may keep in memory, index and filters included.
  std::size_t cache_bytes = 64 << 20;
  /// About so much is written to one log file and gathered in memory before it goes into sorted files.
  std::size_t log_bytes = 32 << 20;
  /// So many log files that are no longer needed wait to be written again, at least one: a sync is several times
  /// cheaper in a file that does not grow.
  std::size_t recycled_logs = 3;
  /// Where the files are; null means the disk. For tests; must outlive the table.
  rocksdb::Env* environment = nullptr;
};

/// Makes the folder if it is missing. Before RocksDB sees them, the logs are inspected (store/log_inspection.hpp): a
/// tail that was being written when the machine died is cut off, any other damage is a fault, as is damage to the other
/// files, another process that has the table open, and a folder of which parts are missing.
[[nodiscard]] base::result<std::unique_ptr<table>, fault> open_rocksdb_table(const std::filesystem::path& folder,
                                                                             const rocksdb_options& options = {});

} // namespace mpac::store
