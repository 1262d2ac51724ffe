#include "security/private_file.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mpac::security {
namespace {

constexpr off_t longest = 1 << 20;
constexpr mode_t everybody_else = S_IRWXG | S_IRWXO;

class descriptor {
public:
  explicit descriptor(int number) : number_(number) {}
  ~descriptor() {
    if (number_ >= 0)
      ::close(number_);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;

  [[nodiscard]] int number() const noexcept { return number_; }

private:
  int number_;
};

std::string octal(mode_t mode) {
  std::string digits;
  for (int shift = 6; shift >= 0; shift -= 3)
    digits += static_cast<char>('0' + ((mode >> shift) & 7));
  return '0' + digits;
}

} // namespace

base::result<std::string, std::string> read_private_file(const std::filesystem::path& path) {
  const auto shown = '\'' + path.string() + '\'';
  const auto system_says = [&] {
    return base::fail("can't read " + shown + ": " + std::generic_category().message(errno));
  };
  // Without O_NONBLOCK a pipe put in the file's place would hold the hub up before its kind is known.
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (file.number() < 0)
    return system_says();
  struct stat facts {};
  if (::fstat(file.number(), &facts) != 0) // of what was opened, not of what the path may name by now
    return system_says();
  if (!S_ISREG(facts.st_mode))
    return base::fail(shown + " is no regular file");
  if ((facts.st_mode & everybody_else) != 0)
    return base::fail(shown + " holds a private key, but others than its owner may use it (mode " +
                      octal(facts.st_mode & 0777) + "); chmod 600 it");
  if (facts.st_size > longest)
    return base::fail(shown + " is longer than a megabyte: that is no key");
  std::string text;
  char piece[4096];
  for (;;) {
    const auto got = ::read(file.number(), piece, sizeof piece);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return system_says();
    if (got == 0)
      return {boost::system::in_place_value, std::move(text)};
    text.append(piece, static_cast<std::size_t>(got));
    if (text.size() > static_cast<std::size_t>(longest)) // it grows while it is read
      return base::fail(shown + " is longer than a megabyte: that is no key");
  }
}

base::result<void, std::string> write_new_file(const std::filesystem::path& path, std::string_view text,
                                               unsigned mode) {
  const auto system_says = [&] {
    return base::fail("can't write " + path.string() + ": " + std::generic_category().message(errno));
  };
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0)
    return system_says();
  bool is_written = ::fchmod(file, mode) == 0; // whatever the umask adds or takes
  while (is_written && !text.empty()) {
    const auto wrote = ::write(file, text.data(), text.size());
    is_written = wrote > 0 || (wrote < 0 && errno == EINTR);
    text.remove_prefix(wrote > 0 ? static_cast<std::size_t>(wrote) : 0);
  }
  is_written = is_written && ::fsync(file) == 0;
  const int why = errno;
  ::close(file);
  errno = why;
  if (!is_written) {
    auto sorry = system_says();
    ::unlink(path.c_str());
    return sorry;
  }
  return {};
}

} // namespace mpac::security
