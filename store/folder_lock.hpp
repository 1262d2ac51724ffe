// Keeps a folder for one owner, across processes and within one.
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"

#include <filesystem>
#include <utility>

namespace mpac::store {

/// Held as long as it lives. The system lets go of it when the process ends, however it ends.
class folder_lock {
public:
  /// A fault when somebody else holds it. Nobody waits.
  [[nodiscard]] static base::result<folder_lock, fault> take(const std::filesystem::path& folder);

  folder_lock(folder_lock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  folder_lock& operator=(folder_lock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~folder_lock();

private:
  explicit folder_lock(int file) noexcept : file_(file) {}
  int file_;
};

} // namespace mpac::store
