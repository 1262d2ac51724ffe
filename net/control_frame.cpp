#include "net/control_frame.hpp"

namespace mpac::net {

std::string encode_frame(opcode kind, std::string_view payload, const frame_shape& shape) {
  const std::size_t size = payload.size();
  std::string bytes;
  bytes.reserve(size + 14);
  bytes += static_cast<char>((shape.final ? 0x80 : 0) | (shape.compressed ? 0x40 : 0) | static_cast<int>(kind));
  const int mask_bit = shape.mask ? 0x80 : 0;
  const std::size_t length_bytes = size > 0xffff ? 8 : size > 125 ? 2 : 0;
  bytes += static_cast<char>(mask_bit | (length_bytes == 8 ? 127 : length_bytes == 2 ? 126 : static_cast<int>(size)));
  for (std::size_t i = length_bytes; i > 0; --i)
    bytes += static_cast<char>(size >> (8 * (i - 1)));
  if (!shape.mask)
    return bytes.append(payload);
  bytes.append(shape.mask->begin(), shape.mask->end());
  const std::size_t header = bytes.size();
  bytes.resize(header + size);
  unmask(bytes.data() + header, payload.data(), size, *shape.mask, 0); // masking is its own inverse
  return bytes;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  if (code == no_status)
    return {};
  std::size_t size = std::min(reason.size(), longest_control - 2);
  if (size < reason.size())
    while (size > 0 && (static_cast<std::uint8_t>(reason[size]) & 0xc0) == 0x80) // inside a character
      --size;
  std::string payload;
  payload += static_cast<char>(code >> 8);
  payload += static_cast<char>(code & 0xff);
  return payload.append(reason.substr(0, size));
}

bool may_be_sent(std::uint16_t code) {
  struct range {
    std::uint16_t first, last;
  };
  // 1004, 1005, 1006 and 1015 are reserved; 3000 up are registered or private (RFC 6455 7.4.2).
  constexpr range allowed[] = {{1000, 1003}, {1007, 1014}, {3000, 4999}};
  for (const auto& each : allowed)
    if (code >= each.first && code <= each.last)
      return true;
  return false;
}

} // namespace mpac::net
