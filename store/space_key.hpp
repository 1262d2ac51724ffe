// How the spaces of a table share one order of keys: a byte before each key says whose it is.
//
// They are no column families: where logs are recycled, RocksDB 7.8 to 7.10 closes a log before it asks for its size,
// and dies, as soon as there is more than one (DBImpl::SyncClosedLogs). With one, what has gone from the log into
// sorted files is always the same batches for all spaces, too.
#pragma once

#include "store/changes.hpp"

#include <string>
#include <string_view>

namespace mpac::store {

[[nodiscard]] inline std::string space_key(space where, std::string_view key) {
  std::string whole;
  whole.reserve(key.size() + 1);
  whole += static_cast<char>(where);
  return whole.append(key);
}

/// Where a range ends: before the next space, if it has no end of its own.
[[nodiscard]] inline std::string space_end(space where, std::string_view to) {
  return to.empty() ? std::string(1, static_cast<char>(static_cast<int>(where) + 1)) : space_key(where, to);
}

} // namespace mpac::store
