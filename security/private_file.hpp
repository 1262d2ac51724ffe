// Reading a file that holds a private key: only one that nobody but its owner can read (SPEC 23.1.4).
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>

namespace mpac::security {

/// The whole of a file that holds a secret. Refused is what its group or others may read, write or execute, what is no
/// regular file, and what is longer than a megabyte; the error is a sentence that names the file and how to mend it,
/// and nothing of what the file holds. Symbolic links are followed: the mode that counts is that of the opened file.
/// Thread-safe; blocks on the disk.
[[nodiscard]] base::result<std::string, std::string> read_private_file(const std::filesystem::path& path);

} // namespace mpac::security
