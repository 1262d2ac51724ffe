#include "store/scratch_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace mpac::store {
namespace {

fault why(const std::string& what) {
  return {what + ": " + std::generic_category().message(errno)};
}

int open_nameless(const std::filesystem::path& folder) {
  const int nameless = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (nameless >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
    return nameless;
  // Not every file system can do that.
  auto name = (folder / "scratch-XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0)
    ::unlink(name.c_str());
  return named;
}

} // namespace

scratch_file::~scratch_file() {
  if (is_open())
    ::close(descriptor_);
}

scratch_file::scratch_file(scratch_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(std::exchange(other.size_, 0)) {}

scratch_file& scratch_file::operator=(scratch_file&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

base::result<scratch_file, fault> scratch_file::open(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return base::fail(fault{"cannot make " + folder.string() + ": " + failed.message()});
  const int descriptor = open_nameless(folder);
  if (descriptor < 0)
    return base::fail(why("cannot open a scratch file in " + folder.string()));
  return scratch_file(descriptor);
}

base::result<void, fault> scratch_file::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return base::fail(why("cannot write to a scratch file"));
    size_ += static_cast<std::uint64_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

base::result<void, fault> scratch_file::read(std::uint64_t from, std::span<char> to) const {
  while (!to.empty()) {
    const auto taken = ::pread(descriptor_, to.data(), to.size(), static_cast<off_t>(from));
    if (taken < 0 && errno == EINTR)
      continue;
    if (taken < 0)
      return base::fail(why("cannot read a scratch file"));
    if (taken == 0)
      return base::fail(fault{"a scratch file has become shorter than it was written"});
    from += static_cast<std::uint64_t>(taken);
    to = to.subspan(static_cast<std::size_t>(taken));
  }
  return {};
}

base::result<void, fault> scratch_file::clear() {
  if (::ftruncate(descriptor_, 0) != 0)
    return base::fail(why("cannot clear a scratch file"));
  size_ = 0;
  return {};
}

} // namespace mpac::store
