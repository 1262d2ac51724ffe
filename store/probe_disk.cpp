#include "store/probe_disk.hpp"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace mpac::store {
namespace {

/// A descriptor that closes itself, and a file that does not stay.
class scratch_file {
public:
  explicit scratch_file(std::filesystem::path path)
      : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600)) {}
  ~scratch_file() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
      ::unlink(path_.c_str());
    }
  }
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] bool append(const std::string& bytes) const {
    return ::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  }
  [[nodiscard]] bool sync() const { return ::fsync(descriptor_) == 0; }

private:
  std::filesystem::path path_;
  int descriptor_;
};

} // namespace

base::result<void, fault> probe_disk(const std::filesystem::path& folder) {
  const auto says_no = [&](const char* what) {
    return fault{std::string(what) + " in " + folder.string() + ": " +
                 std::error_code(errno, std::generic_category()).message()};
  };
  const scratch_file file(folder / "probe.tmp");
  if (!file.is_open())
    return says_no("no file can be made");
  const std::string piece(64 * 1024, '\0');
  for (int i = 0; i < 16; ++i)
    if (!file.append(piece))
      return says_no("nothing can be written");
  if (!file.sync())
    return says_no("nothing can be synced");
  return {};
}

} // namespace mpac::store
