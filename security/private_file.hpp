// Files that hold secrets: read if nobody but their owner can read them, and written so (SPEC 23.1.4).
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace mpac::security {

/// The whole of a file that holds a secret. Refused is what its group or others may read, write or execute, what is no
/// regular file, and what is longer than a megabyte; the error is a sentence that names the file and how to mend it,
/// and nothing of what the file holds. Symbolic links are followed: the mode that counts is that of the opened file.
/// Thread-safe; blocks on the disk.
[[nodiscard]] base::result<std::string, std::string> read_private_file(const std::filesystem::path& path);

/// Writes a file that is not there yet, with this mode whatever the umask (0600 for a secret), and waits for the disk.
/// The error is a sentence that names the file; what was begun is then gone.
[[nodiscard]] base::result<void, std::string> write_new_file(const std::filesystem::path& path, std::string_view text,
                                                             unsigned mode);

} // namespace mpac::security
