#include "security/base64url.hpp"

#include <cstdint>

namespace mpac::security {
namespace {

int value_of(char c) noexcept {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

} // namespace

std::optional<std::string> read_base64url(std::string_view text) {
  if (text.size() % 4 == 1)
    return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0)
      return std::nullopt;
    pending = (pending << 6 | static_cast<std::uint32_t>(value)) & 0xfff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(pending >> bits & 0xff);
    }
  }
  if ((pending & ((1u << bits) - 1)) != 0)
    return std::nullopt;
  return bytes;
}

std::string write_base64url(std::string_view bytes) {
  constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = (pending << 8 | static_cast<unsigned char>(c)) & 0xffff;
    for (bits += 8; bits >= 6;)
      text += letters[pending >> (bits -= 6) & 63];
  }
  if (bits != 0)
    text += letters[pending << (6 - bits) & 63];
  return text;
}

} // namespace mpac::security
