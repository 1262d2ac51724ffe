#include "cluster/workspace_loader.hpp"

#include "protocol/workspace/path_rules.hpp"
#include "protocol/workspace/served_size.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

namespace mpac::cluster {

namespace {

namespace fs = std::filesystem;

// What existing hubs leave out of a workspace; nobody wants to share these by accident.
constexpr std::array<std::string_view, 18> skipped_directories{
    ".git", ".hg", ".svn",  "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "node_modules", ".venv",
    "venv", "env", ".idea", ".vscode",     "dist",          "build",       ".next",       ".turbo",       ".mpac"};
constexpr std::array<std::string_view, 3> skipped_files{".DS_Store", "Thumbs.db", ".gitignore"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string in_lower_case(std::string_view name) {
  std::string lower(name);
  for (auto& letter : lower)
    if (letter >= 'A' && letter <= 'Z')
      letter = static_cast<char>(letter - 'A' + 'a');
  return lower;
}

/// Why a file's bytes are not to be had.
struct unreadable {
  std::string why;
};

using read_result = base::result<std::string, unreadable>;

class file_descriptor {
public:
  // Never blocks on a pipe that nobody writes, never follows a link: links are resolved, and judged, before.
  explicit file_descriptor(const fs::path& path) noexcept
      : number_(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)) {}
  ~file_descriptor() {
    if (number_ >= 0)
      ::close(number_);
  }
  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

private:
  int number_;
};

unreadable last_error() {
  return {std::generic_category().message(errno)};
}

unreadable too_large(std::size_t bytes) {
  return {"its " + std::to_string(bytes) + " bytes do not fit a message of " +
          std::to_string(protocol::max_served_bytes)};
}

/// Reads a regular file. No byte of a text gets shorter on the wire (a CRLF becomes `\n`, two characters), so a file
/// larger than a message need not be read to know that it is too large.
read_result read_file(const fs::path& path) {
  const file_descriptor file(path);
  struct stat facts {};
  if (file.number() < 0 || ::fstat(file.number(), &facts) != 0)
    return last_error();
  if (!S_ISREG(facts.st_mode))
    return unreadable{"it is not a regular file"};
  if (static_cast<std::size_t>(facts.st_size) > protocol::max_served_bytes)
    return too_large(static_cast<std::size_t>(facts.st_size));
  std::string bytes;
  std::array<char, 65536> block;
  while (bytes.size() <= protocol::max_served_bytes) {
    const ::ssize_t got = ::read(file.number(), block.data(), block.size());
    if (got == 0)
      return read_result(boost::system::in_place_value, std::move(bytes));
    if (got > 0)
      bytes.append(block.data(), static_cast<std::size_t>(got));
    else if (errno != EINTR)
      return last_error();
  }
  return too_large(bytes.size()); // it grew while we read
}

/// CRLF and lone CR become LF, as existing hubs do before they hash.
void unify_newlines(std::string& text) {
  std::size_t written = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_return = text[i] == '\r';
    text[written++] = is_return ? '\n' : text[i];
    if (is_return && i + 1 < text.size() && text[i + 1] == '\n')
      ++i;
  }
  text.resize(written);
}

/// True when `path` is below `root`; both absolute and without links.
bool is_below(const fs::path& root, const fs::path& path) {
  return std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
}

/// One walk through the tree, directory by directory, without recursion: depth is the file system's, not our stack's.
class walk {
public:
  explicit walk(fs::path root) : root_(std::move(root)) {}

  base::result<loaded_workspace, load_error> run() {
    if (const auto error = enter("")) // what cannot be listed at the top is no workspace at all
      return base::fail(
          load_error{"The workspace directory " + root_.string() + " cannot be read: " + error.message()});
    while (!pending_.empty()) {
      const std::string directory = std::move(pending_.back());
      pending_.pop_back();
      if (const auto error = enter(directory))
        warn(directory, error.message());
    }
    return std::move(loaded_);
  }

private:
  /// Takes the entries of one directory in order of their names; `relative` is empty for the root.
  std::error_code enter(const std::string& relative) {
    std::error_code error;
    std::vector<fs::directory_entry> entries;
    for (fs::directory_iterator each(root_ / relative, error); !error && each != fs::directory_iterator();
         each.increment(error))
      entries.push_back(*each);
    std::sort(entries.begin(), entries.end());
    for (const auto& entry : entries)
      visit(entry, relative);
    return error;
  }

  void visit(const fs::directory_entry& entry, const std::string& parent) {
    const std::string name = entry.path().filename().string();
    const std::string path = parent.empty() ? name : parent + "/" + name;
    std::error_code ignored; // a link to nowhere is no directory; reading it tells the rest
    if (entry.is_directory(ignored)) {
      if (holds(skipped_directories, name))
        return;
      if (entry.is_symlink(ignored))
        return warn(path, "it is a link to a directory, and those are not entered");
      if (const auto fault = protocol::path_fault(path))
        return warn(path, "its path " + std::string(*fault));
      pending_.push_back(path);
    } else if (!holds(skipped_files, name)) {
      load(entry, path);
    }
  }

  void load(const fs::directory_entry& entry, const std::string& path) {
    std::error_code error;
    const fs::path real = entry.is_symlink(error) ? fs::canonical(entry.path(), error) : entry.path();
    if (error)
      return warn(path, error.message());
    if (!is_below(root_, real))
      return warn(path, "it is a link that leads out of the workspace");
    auto text = read_file(real);
    if (!text)
      return warn(path, text.error().why);
    unify_newlines(*text);
    if (const auto shareable = loaded_.files.check_shareable(path, *text); !shareable)
      loaded_.warnings.push_back(describe(shareable.error()));
    else
      loaded_.files.put(path, protocol::workspace_file::of(std::move(*text)));
  }

  void warn(const std::string& path, const std::string& why) {
    loaded_.warnings.push_back(protocol::quoted_for_people(path) + " is not shared: " + why + ".");
  }

  fs::path root_; ///< absolute, without links
  std::vector<std::string> pending_;
  loaded_workspace loaded_;
};

} // namespace

base::result<loaded_workspace, load_error> load_workspace(const fs::path& directory) {
  std::error_code error;
  fs::path root = fs::canonical(directory, error);
  if (error)
    return base::fail(
        load_error{"The workspace directory " + directory.string() + " cannot be read: " + error.message()});
  return walk(std::move(root)).run();
}

bool is_left_out(std::string_view path) {
  constexpr auto in_any_case = [](const auto& names, std::string_view name) {
    const auto wanted = in_lower_case(name);
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view each) { return in_lower_case(each) == wanted; });
  };
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    if (in_any_case(skipped_directories, path.substr(0, slash)))
      return true;
    path.remove_prefix(slash + 1);
  }
  return in_any_case(skipped_files, path);
}

} // namespace mpac::cluster
