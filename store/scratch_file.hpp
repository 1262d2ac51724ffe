// A file for what does not fit into memory: it has no name, and goes with whoever opened it, however that ends.
#pragma once

#include "base/result.hpp"
#include "store/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace mpac::store {

/// For one thread at a time.
class scratch_file {
public:
  scratch_file() = default;
  ~scratch_file();
  scratch_file(scratch_file&& other) noexcept;
  scratch_file& operator=(scratch_file&& other) noexcept;

  /// In this folder, which is made if it is missing.
  [[nodiscard]] static base::result<scratch_file, fault> open(const std::filesystem::path& folder);

  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  [[nodiscard]] base::result<void, fault> append(std::string_view bytes);
  /// Fills `to` from what stands at `from`; all of it is there.
  [[nodiscard]] base::result<void, fault> read(std::uint64_t from, std::span<char> to) const;
  /// Gives its space back.
  [[nodiscard]] base::result<void, fault> clear();

private:
  explicit scratch_file(int descriptor) noexcept : descriptor_(descriptor) {}

  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

} // namespace mpac::store
