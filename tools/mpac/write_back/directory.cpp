#include "tools/mpac/write_back/directory.hpp"

#include "protocol/workspace/state_ref.hpp"
#include "security/base64url.hpp"
#include "security/digest.hpp"
#include "tools/mpac/write_back/line_ends.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

namespace mpac::tools::write_back {
namespace {

constexpr const char* own_folder = ".mpac";
constexpr const char* drafts_folder = "drafts";
constexpr const char* aside_folder = "kept-aside";
constexpr std::size_t longest_file = std::size_t{64} << 20; // what a session can share is far shorter
constexpr unsigned usual_mode = 0666;                       // and the umask

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

base::failure<obstacle> fail(std::string why, bool is_changed_meanwhile = false) {
  return base::fail(obstacle{is_changed_meanwhile, std::move(why)});
}

descriptor open_folder(int in, const std::string& name) {
  return descriptor(::openat(in, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// Opens a folder that may have to be made first.
descriptor make_folder(int in, const std::string& name, unsigned mode) {
  if (::mkdirat(in, name.c_str(), mode) != 0 && errno != EEXIST)
    return descriptor();
  return open_folder(in, name);
}

/// The folder a path's file is in, and its name there.
struct place {
  descriptor folder;
  std::string name;
};

/// Walks to a path name by name, following no link. The error is that of the folder where it ends.
base::result<place, int> walk(int root, std::string_view path, bool makes_folders) {
  place at{descriptor(::fcntl(root, F_DUPFD_CLOEXEC, 0)), {}};
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/')) {
    const std::string name(path.substr(0, slash));
    auto next = makes_folders ? make_folder(at.folder.number(), name, 0777) : open_folder(at.folder.number(), name);
    if (!next.is_open())
      return base::fail(errno);
    at.folder = std::move(next);
    path.remove_prefix(slash + 1);
  }
  at.name = path;
  return at;
}

/// ELOOP and ENOTDIR come of what is in the way, whatever the system calls them.
std::string way_is_barred(int error) {
  return error == ELOOP || error == ENOTDIR ? "a folder on its way is a link, or no folder" : reason_of(error);
}

struct content {
  std::string bytes;
  unsigned mode = 0;
};

std::string kind_of(mode_t mode) {
  return S_ISLNK(mode)    ? "it is a symbolic link"
         : S_ISDIR(mode)  ? "it is a folder"
         : S_ISFIFO(mode) ? "it is a pipe"
         : S_ISSOCK(mode) ? "it is a socket"
                          : "it is a device";
}

/// Reads a regular file; of everything else says what it is. Never waits for a pipe.
base::result<std::optional<content>, std::string> read_file(int folder, const std::string& name) {
  struct stat facts {};
  if (::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? base::result<std::optional<content>, std::string>(std::nullopt)
                           : base::fail(reason_of(errno));
  if (!S_ISREG(facts.st_mode))
    return base::fail(kind_of(facts.st_mode));
  const descriptor file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() || ::fstat(file.number(), &facts) != 0)
    return base::fail(reason_of(errno));
  if (!S_ISREG(facts.st_mode))
    return base::fail(kind_of(facts.st_mode));
  content read{{}, facts.st_mode & 0777U}; // a new content is not given the rights of setuid
  std::array<char, 65536> block;
  while (true) {
    const auto got = ::read(file.number(), block.data(), block.size());
    if (got == 0)
      return std::optional(std::move(read));
    if (got < 0 && errno != EINTR)
      return base::fail(reason_of(errno));
    if (got > 0)
      read.bytes.append(block.data(), static_cast<std::size_t>(got));
    if (read.bytes.size() > longest_file)
      return base::fail(std::string("it is too large to be compared"));
  }
}

on_disk look_at(int folder, const std::string& name, std::optional<content>* keep = nullptr) {
  auto read = read_file(folder, name);
  if (!read)
    return {on_disk::kind::unfit, {}, read.error()};
  if (!*read)
    return {};
  on_disk found{on_disk::kind::file, protocol::state_ref_of(with_plain_lines((*read)->bytes)), {}};
  if (keep)
    *keep = std::move(*read);
  return found;
}

/// A name nobody has used: what a program that died has left among the drafts may be somebody's only copy.
std::string fresh_draft() {
  return std::string(drafts_folder) + "/" + security::write_base64url(security::random_key());
}

base::result<void, int> write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR)
      return base::fail(errno);
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

const char* changed() {
  return "it was changed on the disk this very moment";
}

} // namespace

descriptor::~descriptor() {
  if (number_ >= 0)
    ::close(number_);
}

base::result<directory, std::string> directory::open(const std::filesystem::path& folder) {
  const auto sorry = [&](const std::string& why) { return base::fail(folder.string() + ": " + why); };
  std::error_code failed;
  auto path = std::filesystem::canonical(folder, failed);
  if (failed)
    return sorry(failed.message());
  descriptor root(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open())
    return sorry(reason_of(errno));
  auto own = make_folder(root.number(), own_folder, 0700);
  if (!own.is_open())
    return sorry(std::string(own_folder) + " can't be made or opened there: " + way_is_barred(errno));
  struct stat facts {};
  if (::fstat(own.number(), &facts) != 0 || facts.st_uid != ::geteuid())
    return sorry(std::string(own_folder) + " belongs to somebody else");
  descriptor lock(::openat(own.number(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock.is_open())
    return sorry(std::string(own_folder) + "/lock: " + reason_of(errno));
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
    return sorry("another mpac is at work there");
  directory made(std::move(path), std::move(root), std::move(own), std::move(lock));
  // Nobody wants to keep what is in it in version control.
  if (const auto ignored = made.read_own(".gitignore"); ignored && ignored->empty())
    if (auto written = made.write_own(".gitignore", "*\n"); !written)
      return sorry(written.error());
  return made;
}

on_disk directory::look(std::string_view path) const {
  const auto at = walk(root_.number(), path, false);
  if (!at)
    return at.error() == ENOENT ? on_disk{} : on_disk{on_disk::kind::unfit, {}, way_is_barred(at.error())};
  return look_at(at->folder.number(), at->name);
}

base::result<std::string, obstacle> directory::draft(std::string_view content, unsigned mode) {
  const auto folder = make_folder(own_.number(), drafts_folder, 0700);
  if (!folder.is_open())
    return fail(std::string(own_folder) + "/" + drafts_folder + ": " + way_is_barred(errno));
  const auto name = fresh_draft();
  const descriptor file(
      ::openat(own_.number(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file.is_open())
    return fail("a draft of it can't be made: " + reason_of(errno));
  if (const auto written = write_all(file.number(), content); !written)
    return fail("a draft of it can't be written: " + reason_of(written.error()));
  if (mode != usual_mode && ::fchmod(file.number(), mode) != 0)
    return fail("a draft of it can't have its mode: " + reason_of(errno));
  if (::fsync(file.number()) != 0)
    return fail("a draft of it can't be kept: " + reason_of(errno));
  return name;
}

base::result<void, obstacle> directory::write(std::string_view path, std::string_view content,
                                              const on_disk& expected) {
  const auto at = walk(root_.number(), path, expected.is == on_disk::kind::nothing);
  if (!at)
    return fail(way_is_barred(at.error()));
  const int folder = at->folder.number();
  std::optional<struct content> former;
  const auto found = look_at(folder, at->name, &former);
  if (found != expected)
    return fail(found.is == on_disk::kind::unfit ? found.why : changed(), true);
  const bool is_new = !former;
  const bool has_crlf = former && has_crlf_throughout(former->bytes);
  const auto name = draft(has_crlf ? with_crlf(content) : std::string(content), former ? former->mode : usual_mode);
  if (!name)
    return base::fail(name.error());

  const auto move = [&](unsigned how) {
    return ::renameat2(own_.number(), name->c_str(), folder, at->name.c_str(), how) == 0;
  };
  const auto give_up = [&](const std::string& why, bool is_changed_meanwhile = false) {
    ::unlinkat(own_.number(), name->c_str(), 0);
    return fail(why, is_changed_meanwhile);
  };
  if (is_new) {
    if (!move(RENAME_NOREPLACE))
      return give_up(errno == EEXIST ? changed() : reason_of(errno), errno == EEXIST);
  } else if (move(RENAME_EXCHANGE)) {
    // What was replaced is the draft now: if it is not what we compared with, it goes back, and nothing was lost.
    if (look_at(own_.number(), *name) != expected) {
      if (!move(RENAME_EXCHANGE))
        return fail(std::string(changed()) + "; that version is in " + own_folder + "/" + *name);
      return give_up(changed(), true);
    }
    ::unlinkat(own_.number(), name->c_str(), 0);
  } else if (errno == EINVAL ||
             errno == ENOSYS) { // a file system that exchanges nothing: the moment is a little longer
    if (look_at(folder, at->name) != expected || !move(0))
      return give_up(changed(), true);
  } else {
    return give_up(reason_of(errno), errno == ENOENT);
  }
  if (::fsync(folder) != 0)
    return fail("its folder can't be kept: " + reason_of(errno));
  return {};
}

base::result<void, obstacle> directory::remove(std::string_view path, const on_disk& expected) {
  const auto at = walk(root_.number(), path, false);
  if (!at)
    return fail(way_is_barred(at.error()), true);
  // Moved first, looked at then: between looking and removing somebody could have saved it.
  const auto away = fresh_draft();
  if (const auto folder = make_folder(own_.number(), drafts_folder, 0700); !folder.is_open())
    return fail(std::string(own_folder) + "/" + drafts_folder + ": " + way_is_barred(errno));
  if (::renameat2(at->folder.number(), at->name.c_str(), own_.number(), away.c_str(), RENAME_NOREPLACE) != 0)
    return fail(reason_of(errno), errno == ENOENT);
  if (look_at(own_.number(), away) != expected) {
    if (::renameat2(own_.number(), away.c_str(), at->folder.number(), at->name.c_str(), RENAME_NOREPLACE) != 0)
      return fail(std::string(changed()) + "; what was there is in " + own_folder + "/" + away);
    return fail(changed(), true);
  }
  ::unlinkat(own_.number(), away.c_str(), 0);
  if (::fsync(at->folder.number()) != 0)
    return fail("its folder can't be kept: " + reason_of(errno));
  return {};
}

base::result<std::string, obstacle> directory::put_aside(std::string_view path, std::string_view content,
                                                         std::string_view ref) {
  constexpr std::size_t shown = 8;
  // Named after its content: another version of the same file never takes its place.
  const auto mark = ref.substr(ref.find(':') + 1).substr(0, shown);
  const auto beside = std::string(aside_folder) + "/" + std::string(path) + "." + std::string(mark);
  const auto at = walk(own_.number(), beside, true);
  if (!at)
    return fail(way_is_barred(at.error()));
  const auto where = std::string(own_folder) + "/" + beside;
  if (look_at(at->folder.number(), at->name).is != on_disk::kind::nothing)
    return where;
  const auto name = draft(content, usual_mode);
  if (!name)
    return base::fail(name.error());
  if (::renameat(own_.number(), name->c_str(), at->folder.number(), at->name.c_str()) != 0)
    return fail(reason_of(errno));
  if (::fsync(at->folder.number()) != 0)
    return fail(reason_of(errno));
  return where;
}

base::result<std::string, std::string> directory::read_own(const std::string& name) const {
  auto read = read_file(own_.number(), name);
  if (!read)
    return base::fail(std::string(own_folder) + "/" + name + ": " + read.error());
  return base::result<std::string, std::string>(boost::system::in_place_value,
                                                *read ? std::move((*read)->bytes) : std::string());
}

base::result<void, std::string> directory::write_own(const std::string& name, std::string_view content) {
  const auto sorry = [&](const std::string& why) {
    return base::fail(std::string(own_folder) + "/" + name + ": " + why);
  };
  const auto made = draft(content, 0600);
  if (!made)
    return sorry(made.error().why);
  if (::renameat(own_.number(), made->c_str(), own_.number(), name.c_str()) != 0 || ::fsync(own_.number()) != 0)
    return sorry(reason_of(errno));
  return {};
}

} // namespace mpac::tools::write_back
