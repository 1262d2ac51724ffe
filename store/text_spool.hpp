// Texts that are written one behind the other and then read once, as one: few in memory, more in a scratch file.
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"
#include "store/scratch_file.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::store {

/// For one thread at a time.
class text_spool {
public:
  explicit text_spool(std::filesystem::path scratch_folder) : folder_(std::move(scratch_folder)) {}

  [[nodiscard]] base::result<void, fault> put(std::string_view text);
  /// Appends about `bytes` of what comes next; false: nothing is left.
  [[nodiscard]] base::result<bool, fault> take(std::string& to, std::size_t bytes);

private:
  static constexpr std::size_t block_bytes = 64 * 1024;

  std::filesystem::path folder_;
  std::optional<scratch_file> file_;
  std::string last_; // not in the file
  std::uint64_t taken_ = 0;
};

} // namespace mpac::store
