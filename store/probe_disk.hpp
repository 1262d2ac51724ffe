// Whether a disk that has failed takes anything again.
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"

#include <filesystem>

namespace mpac::store {

/// Writes a file of a megabyte into the folder, brings it to the disk and removes it. Blocks.
[[nodiscard]] base::result<void, fault> probe_disk(const std::filesystem::path& folder);

} // namespace mpac::store
