#include "tools/mpac/join/text_editor.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace mpac::tools::join {
namespace {

namespace asio = boost::asio;

/// A file that goes when it is no longer needed.
class passing_file {
public:
  passing_file(const std::string& text, const std::string& name) {
    auto ending = std::filesystem::path(name).filename().string();
    std::replace_if(
        ending.begin(), ending.end(),
        [](unsigned char each) { return std::isalnum(each) == 0 && each != '.' && each != '-' && each != '_'; }, '_');
    std::error_code failed;
    auto folder = std::filesystem::temp_directory_path(failed);
    path_ = ((failed ? std::filesystem::path("/tmp") : folder) / ("mpac-XXXXXX-" + ending)).string();
    const int file = mkstemps(path_.data(), static_cast<int>(ending.size() + 1));
    if (file < 0)
      return;
    close(file);
    is_there_ = static_cast<bool>(std::ofstream(path_, std::ios::binary) << text << std::flush);
  }
  passing_file(const passing_file&) = delete;
  passing_file& operator=(const passing_file&) = delete;
  ~passing_file() { unlink(path_.c_str()); }

  [[nodiscard]] bool is_there() const noexcept { return is_there_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string text() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

private:
  std::string path_;
  bool is_there_ = false;
};

std::string editor() {
  for (const char* name : {"VISUAL", "EDITOR"})
    if (const char* set = std::getenv(name); set && *set)
      return set;
  return "vi";
}

/// Zero: it could not be begun.
pid_t begin(const std::string& path, bool has_terminal) {
  const auto script = editor() + " \"$1\"";
  const char* words[] = {"sh", "-c", script.c_str(), "sh", path.c_str(), nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  if (!has_terminal) // the script's commands are not the editor's
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t as_usual;
  sigemptyset(&as_usual);
  sigaddset(&as_usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&how, &as_usual);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  if (posix_spawn(&child, "/bin/sh", &files, &how, const_cast<char**>(words), environ) != 0)
    child = 0;
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&how);
  return child;
}

} // namespace

asio::awaitable<base::result<std::string, std::string>>
edit_text(asio::any_io_executor on, terminal::conversation& with, std::string text, std::string name) {
  const passing_file file(text, name);
  if (!file.is_there())
    co_return base::fail(std::string("no file for the editor can be made in the folder for temporary files"));
  with.pause();
  const auto child = begin(file.path(), with.columns().has_value());
  int status = -1;
  if (child) {
    // Others go on meanwhile, and heartbeats too: the end of the child is waited for like everything else.
    asio::posix::stream_descriptor end(on);
    boost::system::error_code failed;
    end.assign(static_cast<int>(syscall(SYS_pidfd_open, child, 0)), failed);
    if (!failed)
      co_await end.async_wait(asio::posix::stream_descriptor::wait_read,
                              asio::redirect_error(asio::use_awaitable, failed));
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
      ;
  }
  with.resume();
  if (!child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    co_return base::fail("the editor `" + editor() + "` did not end well; nothing is changed");
  co_return base::result<std::string, std::string>{boost::system::in_place_value, file.text()};
}

} // namespace mpac::tools::join
