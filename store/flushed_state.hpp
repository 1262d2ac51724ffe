// Asks the sorted files of a table what has gone into them from the logs, without touching the logs.
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"
#include "store/log_inspection.hpp"
#include "store/rocksdb_table.hpp"

#include <filesystem>

namespace mpac::store {

/// A folder without a table has nothing in it; one with parts of a table is a fault.
[[nodiscard]] base::result<flushed_state, fault> read_flushed_state(const std::filesystem::path& folder,
                                                                    const rocksdb_options& options);

} // namespace mpac::store
