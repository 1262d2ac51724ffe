// The mark that each batch leaves in the table: its number and what was on the disk when it was written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::store {

struct batch_mark {
  std::uint64_t batch = 0;
  std::uint64_t synced = 0; ///< the last batch that was known to be on the disk

  friend bool operator==(const batch_mark&, const batch_mark&) = default;
};

inline constexpr std::size_t batch_mark_bytes = 16;

[[nodiscard]] inline std::string write_mark(const batch_mark& mark) {
  std::string bytes;
  for (const auto number : {mark.batch, mark.synced})
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes += static_cast<char>(number >> shift);
  return bytes;
}

/// Nothing when these bytes are no mark.
[[nodiscard]] inline std::optional<batch_mark> read_mark(std::string_view bytes) {
  if (bytes.size() != batch_mark_bytes)
    return std::nullopt;
  const auto number = [&](std::size_t from) {
    std::uint64_t value = 0;
    for (const char byte : bytes.substr(from, 8))
      value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  };
  return batch_mark{number(0), number(8)};
}

} // namespace mpac::store
