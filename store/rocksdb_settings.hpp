// How RocksDB is set up for a table, and what it says when something fails.
#pragma once

#include "store/fault.hpp"
#include "store/rocksdb_table.hpp"

#include <string_view>

namespace rocksdb {
struct Options;
class Status;
} // namespace rocksdb

namespace mpac::store {

[[nodiscard]] rocksdb::Options settings_of(const rocksdb_options& options);

/// RocksDB's own words, which name the file where there is one.
[[nodiscard]] fault fault_of(std::string_view what_failed, const rocksdb::Status& status);

} // namespace mpac::store
