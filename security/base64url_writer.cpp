#include "security/base64url_writer.hpp"

#include <cstdint>

namespace mpac::security {

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
