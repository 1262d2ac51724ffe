// Logs that have their bytes before they are needed: a sync is several times dearer in a file that grows
// (SPEC 8.1.1.2).
#pragma once

#include <memory>

namespace rocksdb {
class Env;
}

namespace mpac::store {

/// The disk, but for logs into which little is written at a time: zeros are written ahead of them, so that only one
/// sync of many finds the file grown. Where much comes with each sync the file grows as ever, for then the zeros would
/// cost more than they save. A log that is written over (`rocksdb_options::recycled_logs`) needs none of this: these
/// are a table's first logs after it was opened. Readers of logs take zeros for the end.
[[nodiscard]] std::unique_ptr<rocksdb::Env> disk_with_prewritten_logs();

} // namespace mpac::store
