// The guests' API keys on the disk: one file each to hand over, and the hub's file of their hashes.
#pragma once

#include "base/result.hpp"
#include "tools/mpac/hosting.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mpac::tools {

/// A guest's key lies in a file of its own, for its owner's eyes alone.
struct guest_key {
  guest who;
  std::filesystem::path file;
  bool is_new = false;
};

/// Draws a key for every guest that has none yet in `folder` (made if missing), and writes `hashes`, the hub's
/// `api_keys_file`, anew: with the guests' keys for `session`, and `own`, a key that is written nowhere else, for
/// `own_guest`. The error is a sentence.
[[nodiscard]] base::result<std::vector<guest_key>, std::string>
write_guest_keys(const std::vector<guest>& guests, const std::string& session, const std::filesystem::path& folder,
                 const std::filesystem::path& hashes, const guest& own_guest, const std::string& own);

} // namespace mpac::tools
