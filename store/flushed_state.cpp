#include "store/flushed_state.hpp"

#include "store/batch_mark.hpp"
#include "store/rocksdb_settings.hpp"
#include "store/space_key.hpp"

#include <rocksdb/db.h>
#include <rocksdb/wal_filter.h>

#include <map>
#include <memory>
#include <string>
#include <system_error>

namespace mpac::store {
namespace {

using base::fail;
using base::result;

/// Lets RocksDB say from which log on it would read, and keeps it from reading.
class log_stopper final : public rocksdb::WalFilter {
public:
  [[nodiscard]] const char* Name() const override { return "log_stopper"; }
  void ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& first_logs,
                                const std::map<std::string, std::uint32_t>&) override {
    for (const auto& [family, number] : first_logs)
      first_log_ = number;
  }
  [[nodiscard]] WalProcessingOption LogRecord(const rocksdb::WriteBatch&, rocksdb::WriteBatch*, bool*) const override {
    return WalProcessingOption::kStopReplay;
  }
  [[nodiscard]] std::uint64_t first_log() const { return first_log_; }

private:
  std::uint64_t first_log_ = 0;
};

/// RocksDB would make a new database over the remains of one whose CURRENT is gone.
result<void, fault> prove_empty(const std::filesystem::path& folder) {
  std::error_code failed;
  for (std::filesystem::directory_iterator each(folder, failed), end; !failed && each != end; each.increment(failed)) {
    const auto extension = each->path().extension();
    if (extension == ".log" || extension == ".sst")
      return fail(fault{"CURRENT is missing in " + folder.string() + ", but there is " +
                        each->path().filename().string() + ": this is what is left of a table"});
  }
  if (failed)
    return fail(fault{"cannot list " + folder.string() + ": " + failed.message()});
  return {};
}

} // namespace

result<flushed_state, fault> read_flushed_state(const std::filesystem::path& folder, const rocksdb_options& options) {
  std::error_code failed;
  if (!std::filesystem::exists(folder / "CURRENT", failed)) {
    if (failed)
      return fail(fault{"cannot look into " + folder.string() + ": " + failed.message()});
    if (auto empty = prove_empty(folder); !empty)
      return fail(std::move(empty.error()));
    return flushed_state{};
  }
  log_stopper stopper;
  auto settings = settings_of(options);
  settings.wal_filter = &stopper;
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(settings, folder, &opened);
  const std::unique_ptr<rocksdb::DB> database(opened);
  if (!status.ok())
    return fail(fault_of("cannot read the table in " + folder.string(), status));
  std::string value;
  const auto found = database->Get(rocksdb::ReadOptions(), space_key(space::about, batch_key), &value);
  if (found.IsNotFound())
    return flushed_state{0, stopper.first_log()};
  if (!found.ok())
    return fail(fault_of("cannot read the table in " + folder.string(), found));
  const auto mark = read_mark(value);
  if (!mark)
    return fail(fault{"the table in " + folder.string() + " does not know its last batch"});
  return flushed_state{mark->batch, stopper.first_log()};
}

} // namespace mpac::store
