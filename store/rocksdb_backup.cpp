#include "store/rocksdb_backup.hpp"

#include "store/log_inspection.hpp"
#include "store/rocksdb_settings.hpp"

#include <rocksdb/db.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/utilities/checkpoint.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace mpac::store {
namespace {

using base::fail;
using base::result;

/// The checkpoint has put everything into sorted files before it began, so its logs hold only what came later: some of
/// them copied while they were written, others shared with the table, which will write over them. An empty one in their
/// place says that the newest is not missing.
result<void, fault> renew_logs(const std::filesystem::path& folder, std::uint64_t newest) {
  const auto copied = list_logs(folder);
  if (!copied)
    return fail(copied.error());
  std::error_code failed;
  for (const auto& each : *copied)
    if (!std::filesystem::remove(each.path, failed))
      return fail(fault{"cannot remove " + each.path.string() + ": " + failed.message()});
  char name[32];
  std::snprintf(name, sizeof name, "%06llu.log", static_cast<unsigned long long>(newest));
  const int log = ::open((folder / name).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (log < 0)
    return fail(fault{"cannot make " + (folder / name).string() + ": " + std::generic_category().message(errno)});
  ::close(log);
  return {};
}

result<void, fault> sync_folder(const std::filesystem::path& folder) {
  const int names = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = names >= 0 && ::fsync(names) == 0;
  const int why = errno;
  if (names >= 0)
    ::close(names);
  if (!synced)
    return fail(fault{"cannot sync " + folder.string() + ": " + std::generic_category().message(why)});
  return {};
}

result<std::uint64_t, fault> bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code failed;
  for (std::filesystem::directory_iterator each(folder, failed), end; !failed && each != end; each.increment(failed))
    bytes += each->file_size(failed);
  if (failed)
    return fail(fault{"cannot measure " + folder.string() + ": " + failed.message()});
  return bytes;
}

} // namespace

result<std::uint64_t, fault> back_up_database(rocksdb::DB& database, const std::filesystem::path& folder) {
  std::error_code failed;
  if (std::filesystem::exists(folder, failed))
    return fail(fault{"cannot back up to " + folder.string() + ": it is there already"});
  // One name for all: what a backup leaves that comes to nothing, the next one removes.
  const auto unfinished = (folder.parent_path() / ".unfinished").string();
  for (const auto* rest : {"", ".tmp"}) // RocksDB's own name while it copies
    std::filesystem::remove_all(unfinished + rest, failed);

  rocksdb::Checkpoint* made = nullptr;
  auto copied = rocksdb::Checkpoint::Create(&database, &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (copied.ok())
    copied = checkpoint->CreateCheckpoint(unfinished);
  std::unique_ptr<rocksdb::LogFile> newest;
  if (copied.ok())
    copied = database.GetCurrentWalFile(&newest);
  if (!copied.ok())
    return fail(fault_of("cannot back up to " + folder.string(), copied));

  if (auto renewed = renew_logs(unfinished, newest->LogNumber()); !renewed)
    return fail(std::move(renewed.error()));
  if (auto synced = sync_folder(unfinished); !synced)
    return fail(std::move(synced.error()));
  std::filesystem::rename(unfinished, folder, failed);
  if (failed)
    return fail(fault{"cannot back up to " + folder.string() + ": " + failed.message()});
  if (auto synced = sync_folder(folder.parent_path()); !synced)
    return fail(std::move(synced.error()));
  return bytes_in(folder);
}

} // namespace mpac::store
