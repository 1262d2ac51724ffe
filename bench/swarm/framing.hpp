// WebSocket framing as far as the load test needs it (RFC 6455 5.2); shared with nothing that it measures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::bench {

/// Frame opcodes, RFC 6455 5.2.
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// What stands in front of a frame's payload.
struct frame_header {
  bool final = false;
  bool masked = false;
  opcode kind = opcode::text;
  std::uint32_t key = 0;     ///< masking key, its bytes in wire order
  std::size_t size = 0;      ///< bytes of the header itself
  std::uint64_t payload = 0; ///< bytes that follow it
};

/// Reads the header at the front of `bytes`; nothing when more bytes are needed.
inline std::optional<frame_header> read_header(std::string_view bytes) noexcept {
  if (bytes.size() < 2)
    return std::nullopt;
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  frame_header h;
  h.final = (at(0) & 0x80) != 0;
  h.kind = static_cast<opcode>(at(0) & 0x0f);
  h.masked = (at(1) & 0x80) != 0;
  h.payload = at(1) & 0x7f;
  const std::size_t length_bytes = h.payload == 127 ? 8 : h.payload == 126 ? 2 : 0;
  h.size = 2 + length_bytes + (h.masked ? 4 : 0);
  if (bytes.size() < h.size)
    return std::nullopt;
  if (length_bytes != 0) {
    h.payload = 0;
    for (std::size_t i = 0; i < length_bytes; ++i)
      h.payload = h.payload << 8 | at(2 + i);
  }
  if (h.masked)
    std::memcpy(&h.key, bytes.data() + h.size - 4, 4);
  return h;
}

/// Copies `size` bytes, masked or unmasked with `key`. `from` may equal `to`.
inline void copy_masked(char* to, const char* from, std::size_t size, std::uint32_t key) noexcept {
  const std::uint64_t wide = static_cast<std::uint64_t>(key) << 32 | key;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, from + i, 8);
    word ^= wide;
    std::memcpy(to + i, &word, 8);
  }
  char bytes[4];
  std::memcpy(bytes, &key, 4);
  for (; i < size; ++i)
    to[i] = static_cast<char>(from[i] ^ bytes[i % 4]);
}

/// Appends a client's frame header for `payload` bytes; the payload, masked with `key`, has to follow.
inline void append_client_header(std::string& out, opcode kind, std::size_t payload, std::uint32_t key) {
  char h[14];
  std::size_t n = 2;
  h[0] = static_cast<char>(0x80 | static_cast<std::uint8_t>(kind));
  const auto length = [&](std::uint8_t code, std::size_t bytes) {
    h[1] = static_cast<char>(0x80 | code);
    for (std::size_t i = 0; i < bytes; ++i)
      h[n++] = static_cast<char>(payload >> (8 * (bytes - 1 - i)));
  };
  if (payload > 0xffff)
    length(127, 8);
  else if (payload > 125)
    length(126, 2);
  else
    length(static_cast<std::uint8_t>(payload), 0);
  std::memcpy(h + n, &key, 4);
  out.append(h, n + 4);
}

/// Appends a whole client's frame.
inline void append_client_frame(std::string& out, opcode kind, std::string_view payload, std::uint32_t key) {
  append_client_header(out, kind, payload.size(), key);
  const std::size_t at = out.size();
  out.append(payload);
  copy_masked(out.data() + at, out.data() + at, payload.size(), key);
}

} // namespace mpac::bench
