// Copies a database that is open, and written to meanwhile.
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"

#include <cstdint>
#include <filesystem>

namespace rocksdb {
class DB;
}

namespace mpac::store {

/// What `table::back_up` promises. Under its name there is a whole backup or none.
[[nodiscard]] base::result<std::uint64_t, fault> back_up_database(rocksdb::DB& database,
                                                                  const std::filesystem::path& folder);

} // namespace mpac::store
