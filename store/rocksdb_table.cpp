#include "store/rocksdb_table.hpp"

#include "store/batch_mark.hpp"
#include "store/flushed_state.hpp"
#include "store/folder_lock.hpp"
#include "store/log_inspection.hpp"
#include "store/prewritten_log.hpp"
#include "store/rocksdb_backup.hpp"
#include "store/rocksdb_settings.hpp"
#include "store/space_key.hpp"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <atomic>
#include <mutex>
#include <system_error>

namespace mpac::store {
namespace {

using base::fail;
using base::result;

class rocksdb_table final : public table {
public:
  explicit rocksdb_table(folder_lock lock) : lock_(std::move(lock)), disk_(disk_with_prewritten_logs()) {}

  [[nodiscard]] result<void, fault> open(const std::filesystem::path& folder, rocksdb_options options);

  [[nodiscard]] std::uint64_t batch() const noexcept override { return batch_; }
  [[nodiscard]] result<void, fault> write(std::uint64_t batch, const changes& what, bool sync) override;
  [[nodiscard]] result<void, fault> sync() override;
  [[nodiscard]] result<std::optional<std::string>, fault> get(space where, std::string_view key) override;
  [[nodiscard]] result<void, fault>
  scan(space where, std::string_view from, std::string_view to,
       const std::function<bool(std::string_view key, std::string_view value)>& visit) override;
  [[nodiscard]] result<std::optional<std::pair<std::string, std::string>>, fault>
  last_before(space where, std::string_view from, std::string_view to) override;
  [[nodiscard]] result<std::uint64_t, fault> back_up(const std::filesystem::path& folder) override;

private:
  [[nodiscard]] fault fails_from_now_on(fault why);
  [[nodiscard]] fault why_refused();

  folder_lock lock_; // the last to go
  std::unique_ptr<rocksdb::Env> disk_;
  std::unique_ptr<rocksdb::DB> database_;
  std::atomic<std::uint64_t> batch_ = 0;
  std::uint64_t synced_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex failure_guard_;
  std::string failure_;
};

std::string_view view(rocksdb::Slice slice) {
  return {slice.data(), slice.size()};
}

result<void, fault> rocksdb_table::open(const std::filesystem::path& folder, rocksdb_options options) {
  if (!options.environment)
    options.environment = disk_.get();
  const auto flushed = read_flushed_state(folder, options);
  if (!flushed)
    return fail(flushed.error());
  const auto promised = mend_logs(folder, *flushed);
  if (!promised)
    return fail(promised.error());

  // What is sorted again in the background can wait, those who speak can't. Where it can't keep up RocksDB slows
  // writing.
  (void)options.environment->LowerThreadPoolCPUPriority(rocksdb::Env::LOW, rocksdb::CpuPriority::kLow);
  rocksdb::DB* database = nullptr;
  const auto opened = rocksdb::DB::Open(settings_of(options), folder, &database);
  database_.reset(database);
  if (!opened.ok())
    return fail(fault_of("cannot open the table in " + folder.string(), opened));
  const auto last = get(space::about, batch_key);
  if (!last)
    return fail(last.error());
  const auto mark = read_mark(last->value_or(write_mark({})));
  if (!mark || mark->batch != *promised)
    return fail(fault{"the table in " + folder.string() + " ends with batch " +
                      (mark ? std::to_string(mark->batch) : "?") + ", its logs with batch " +
                      std::to_string(*promised)});
  // Opening has put everything it found into sorted files, and these are on the disk.
  batch_ = synced_ = mark->batch;
  return {};
}

fault rocksdb_table::fails_from_now_on(fault why) {
  const std::lock_guard guard(failure_guard_);
  failure_ = why.what;
  failed_ = true;
  return why;
}

fault rocksdb_table::why_refused() {
  const std::lock_guard guard(failure_guard_);
  return {"the table must be opened anew, because it has failed: " + failure_};
}

result<void, fault> rocksdb_table::write(std::uint64_t batch, const changes& what, bool sync) {
  if (failed_)
    return fail(why_refused());
  if (batch != batch_ + 1)
    return fail(fault{"batch " + std::to_string(batch) + " cannot follow batch " + std::to_string(batch_)});

  rocksdb::WriteBatch operations(what.bytes() + 32 * (what.all().size() + 1));
  // The first of all: the inspection of the logs reads it there.
  auto put = operations.Put(space_key(space::about, batch_key), write_mark({batch, synced_}));
  for (const auto& each : what.all()) {
    if (!put.ok())
      break;
    const auto key = space_key(each.where, each.key);
    switch (each.what) {
    case changes::kind::put:
      put = operations.Put(key, each.value);
      break;
    case changes::kind::erase:
      put = operations.Delete(key);
      break;
    case changes::kind::erase_range:
      put = operations.DeleteRange(key, space_key(each.where, each.value));
      break;
    }
  }
  if (!put.ok())
    return fail(fault_of("batch " + std::to_string(batch) + " cannot be made", put));

  rocksdb::WriteOptions how;
  how.sync = sync;
  if (const auto written = database_->Write(how, &operations); !written.ok())
    return fail(fails_from_now_on(fault_of("batch " + std::to_string(batch) + " could not be written", written)));
  batch_ = batch;
  if (sync)
    synced_ = batch;
  return {};
}

result<void, fault> rocksdb_table::sync() {
  if (failed_)
    return fail(why_refused());
  if (const auto synced = database_->SyncWAL(); !synced.ok())
    return fail(fails_from_now_on(fault_of("the log could not be synced", synced)));
  synced_ = batch_;
  return {};
}

result<std::optional<std::string>, fault> rocksdb_table::get(space where, std::string_view key) {
  std::string value;
  const auto found = database_->Get(rocksdb::ReadOptions(), space_key(where, key), &value);
  if (found.IsNotFound())
    return std::optional<std::string>();
  if (!found.ok())
    return fail(fault_of("a value could not be read", found));
  return std::optional(std::move(value));
}

result<void, fault>
rocksdb_table::scan(space where, std::string_view from, std::string_view to,
                    const std::function<bool(std::string_view key, std::string_view value)>& visit) {
  rocksdb::ReadOptions how;
  const auto begin = space_key(where, from), end = space_end(where, to);
  const rocksdb::Slice bound(end);
  how.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> each(database_->NewIterator(how));
  for (each->Seek(begin); each->Valid(); each->Next())
    if (!visit(view(each->key()).substr(1), view(each->value())))
      return {};
  if (!each->status().ok())
    return fail(fault_of("a range could not be read", each->status()));
  return {};
}

result<std::optional<std::pair<std::string, std::string>>, fault>
rocksdb_table::last_before(space where, std::string_view from, std::string_view to) {
  rocksdb::ReadOptions how;
  const auto begin = space_key(where, from), end = space_end(where, to);
  const rocksdb::Slice lower(begin), upper(end);
  how.iterate_lower_bound = &lower;
  how.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> last(database_->NewIterator(how));
  last->SeekToLast(); // within the bounds
  if (!last->status().ok())
    return fail(fault_of("a range could not be read", last->status()));
  std::optional<std::pair<std::string, std::string>> found;
  if (last->Valid())
    found.emplace(view(last->key()).substr(1), last->value().ToString());
  return found;
}

result<std::uint64_t, fault> rocksdb_table::back_up(const std::filesystem::path& folder) {
  if (failed_)
    return fail(why_refused());
  return back_up_database(*database_, folder);
}

} // namespace

result<std::unique_ptr<table>, fault> open_rocksdb_table(const std::filesystem::path& folder,
                                                         const rocksdb_options& options) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return fail(fault{"cannot make " + folder.string() + ": " + failed.message()});
  // All that sessions say lies in there; where this can't be set somebody else decides who reads it.
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
  auto lock = folder_lock::take(folder);
  if (!lock)
    return fail(std::move(lock.error()));
  auto opened = std::make_unique<rocksdb_table>(std::move(*lock));
  if (auto ready = opened->open(folder, options); !ready)
    return fail(std::move(ready.error()));
  return std::unique_ptr<table>(std::move(opened));
}

} // namespace mpac::store
