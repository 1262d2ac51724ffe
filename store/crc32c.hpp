// The checksum that RocksDB puts into its logs: CRC-32C (Castagnoli).
#pragma once

#include <cstdint>
#include <string_view>

namespace mpac::store {

[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;

/// As it stands in a log: turned and moved, so that a checksum of what contains checksums stays a good one.
[[nodiscard]] constexpr std::uint32_t masked(std::uint32_t crc) noexcept {
  return (crc >> 15 | crc << 17) + 0xa282ead8U;
}

} // namespace mpac::store
