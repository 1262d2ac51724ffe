#include "store/folder_lock.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace mpac::store {

// A file beside RocksDB's own LOCK: that one is taken only while a database is open, too late for whoever mends its
// logs before.
base::result<folder_lock, fault> folder_lock::take(const std::filesystem::path& folder) {
  const auto path = folder / "IN_USE";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0)
    return base::fail(fault{path.string() + ": " + std::generic_category().message(errno)});
  folder_lock lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0)
    return base::fail(fault{errno == EWOULDBLOCK ? folder.string() + " is in use by another table or process"
                                                 : path.string() + ": " + std::generic_category().message(errno)});
  return lock;
}

folder_lock::~folder_lock() {
  if (file_ >= 0)
    ::close(file_);
}

} // namespace mpac::store
