#include "store/log_inspection.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mpac::store {
namespace {

using base::fail;
using base::result;

fault no_luck(std::string_view what, const std::filesystem::path& path) {
  return {"cannot " + std::string(what) + " " + path.string() + ": " + std::generic_category().message(errno)};
}

class file {
public:
  file(const std::filesystem::path& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  file(const file&) = delete;
  file& operator=(const file&) = delete;
  ~file() {
    if (file_ >= 0)
      ::close(file_);
  }
  operator int() const noexcept { return file_; }

private:
  int file_;
};

/// What is on the disk, not what the system remembers: after a sync that failed, it remembers what is not there.
result<std::string, fault> read_from_disk(const std::filesystem::path& path) {
  const file from(path, O_RDONLY);
  struct stat facts {};
  if (from < 0 || ::fstat(from, &facts) != 0)
    return fail(no_luck("open", path));
  if (::fdatasync(from) != 0)
    return fail(no_luck("sync", path));
  (void)::posix_fadvise(from, 0, 0, POSIX_FADV_DONTNEED);
  std::string content(static_cast<std::size_t>(facts.st_size), '\0');
  for (std::size_t at = 0; at < content.size();) {
    const auto got = ::read(from, content.data() + at, content.size() - at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return fail(no_luck("read", path));
    if (got == 0) {
      content.resize(at);
      break;
    }
    at += static_cast<std::size_t>(got);
  }
  return result<std::string, fault>(boost::system::in_place_value, std::move(content));
}

result<void, fault> cut(const std::filesystem::path& path, std::uint64_t bytes) {
  const file log(path, O_RDWR);
  struct stat facts {};
  if (log < 0 || ::fstat(log, &facts) != 0)
    return fail(no_luck("open", path));
  if (static_cast<std::uint64_t>(facts.st_size) <= bytes)
    return {};
  if (::ftruncate(log, static_cast<off_t>(bytes)) != 0 || ::fsync(log) != 0)
    return fail(no_luck("cut", path));
  return {};
}

} // namespace

result<std::vector<log_file>, fault> list_logs(const std::filesystem::path& folder) {
  std::vector<log_file> logs;
  std::error_code failed;
  for (std::filesystem::directory_iterator each(folder, failed), end; !failed && each != end; each.increment(failed)) {
    const auto name = each->path().filename().string();
    std::uint64_t number = 0;
    const auto [rest, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (wrong == std::errc() && std::string_view(rest) == ".log")
      logs.push_back({number, each->path()});
  }
  if (failed)
    return fail(fault{"cannot list " + folder.string() + ": " + failed.message()});
  std::sort(logs.begin(), logs.end(), [](const log_file& a, const log_file& b) { return a.number < b.number; });
  return logs;
}

result<std::uint64_t, fault> mend_logs(const std::filesystem::path& folder, const flushed_state& flushed) {
  auto files = list_logs(folder);
  if (!files)
    return fail(std::move(files.error()));
  std::erase_if(*files, [&](const log_file& each) { return each.number < flushed.first_log; });
  // RocksDB makes a log before it says that the ones before are needed no more.
  if (files->empty() && flushed.batch > 0)
    return fail(fault{"the newest log is missing in " + folder.string() + "; nobody knows what followed batch " +
                      std::to_string(flushed.batch)});

  std::vector<live_log> logs;
  for (const auto& each : *files) {
    const auto content = read_from_disk(each.path);
    if (!content)
      return fail(content.error());
    logs.push_back({each.path.string(), scan_log(*content, each.number)});
  }
  const auto verdict = judge_logs(flushed.batch, logs);
  if (!verdict)
    return fail(verdict.error());
  // From the newest on, so that nothing looks whole before it is.
  for (std::size_t i = files->size(); i-- > 0;)
    if (auto done = cut((*files)[i].path, verdict->log_bytes[i]); !done)
      return fail(std::move(done.error()));
  return verdict->batch;
}

} // namespace mpac::store
