#include "store/crc32c.hpp"

#include <array>
#include <cstddef>
#include <cstring>

namespace mpac::store {
namespace {

constexpr std::uint32_t polynomial = 0x82f63b78U; // reflected

constexpr std::array<std::uint32_t, 256> make_steps() {
  std::array<std::uint32_t, 256> steps{};
  for (std::uint32_t byte = 0; byte < steps.size(); ++byte) {
    auto crc = byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
    steps[byte] = crc;
  }
  return steps;
}
constexpr auto steps = make_steps();

std::uint32_t by_table(std::uint32_t crc, std::string_view bytes) noexcept {
  for (const char byte : bytes)
    crc = crc >> 8 ^ steps[(crc ^ static_cast<unsigned char>(byte)) & 0xff];
  return crc;
}

#if defined(__x86_64__)
// The logs of a busy hub are hundreds of megabytes, and somebody waits for it to start.
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(std::uint32_t crc, std::string_view bytes) noexcept {
  std::uint64_t wide = crc;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, bytes.data(), 8);
    wide = __builtin_ia32_crc32di(wide, eight);
  }
  return by_table(static_cast<std::uint32_t>(wide), bytes);
}
#endif

} // namespace

std::uint32_t crc32c(std::string_view bytes) noexcept {
#if defined(__x86_64__)
  static const bool known = __builtin_cpu_supports("sse4.2") != 0;
  if (known)
    return ~by_instruction(~0U, bytes);
#endif
  return ~by_table(~0U, bytes);
}

} // namespace mpac::store
