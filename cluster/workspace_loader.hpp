// Loads a directory of text files as the shared workspace that sessions start from.
#pragma once

#include "base/result.hpp"
#include "protocol/workspace/file_table.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::cluster {

struct loaded_workspace {
  protocol::file_table files;
  /// One sentence for each file or directory that is not shared though nobody asked to skip it, for the log.
  std::vector<std::string> warnings;
};

/// Why there is no workspace, for a person to read.
struct load_error {
  std::string text;
};

/// Reads `directory` and everything below it, blocking.
///
/// Skipped, by name at any depth: directories of version control, caches, dependencies, editors, builds and of `mpac`
/// itself (`.git`, `node_modules`, `build`, `.mpac` …) and the files `.DS_Store`, `Thumbs.db`, `.gitignore`. All other
/// files are shared, hidden ones too, when they are UTF-8 text that fits one frame; CRLF and lone CR become LF, a byte
/// order mark stays. Linked directories are not entered. A linked file is read while its target lies inside
/// `directory`; no link leads out. Pipes and devices are not read. Fails when `directory` cannot be listed; whatever
/// fails below it is a warning.
base::result<loaded_workspace, load_error> load_workspace(const std::filesystem::path& directory);

/// Whether a file of this path is left out when a directory is shared, by its own name or a directory's. Letter case
/// does not count: some file systems do not tell `.GIT` from `.git`.
[[nodiscard]] bool is_left_out(std::string_view path);

} // namespace mpac::cluster
