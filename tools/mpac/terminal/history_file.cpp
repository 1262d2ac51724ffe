#include "tools/mpac/terminal/history_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace mpac::tools::terminal {

std::string history_file() {
  namespace fs = std::filesystem;
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  fs::path folder;
  if (state && *state)
    folder = state;
  else if (home && *home)
    folder = fs::path(home) / ".local" / "state";
  else
    return {};
  folder /= "mpac";
  std::error_code failed;
  if (fs::create_directories(folder, failed))
    fs::permissions(folder, fs::perms::owner_all, failed);
  return failed ? std::string() : (folder / "join_history").string();
}

} // namespace mpac::tools::terminal
