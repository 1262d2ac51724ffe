// The WebSocket frames that are not messages, and how any frame is put into bytes (RFC 6455 5.2, 5.5).
#pragma once

#include "net/door.hpp"
#include "net/unmask.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::net {

/// RFC 6455 11.8.
enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// What `control::code` says of a close frame without a code (RFC 6455 7.1.5), and of no close frame at all.
inline constexpr std::uint16_t no_status = 1005;
inline constexpr std::uint16_t abnormal_closure = 1006;

/// The longest payload of a control frame (RFC 6455 5.5).
inline constexpr std::size_t longest_control = 125;

/// A control frame that came in. `payload` is a ping's or pong's own, or a close frame's reason.
struct control {
  opcode kind = opcode::ping;
  std::uint16_t code = no_status;
  std::string payload;
};

/// How a frame is written; the defaults are a server's whole message.
struct frame_shape {
  bool final = true;
  bool compressed = false;              ///< RSV1, RFC 7692 6
  std::optional<masking_key> mask = {}; ///< set: as clients must write
};

/// One frame in bytes.
[[nodiscard]] std::string encode_frame(opcode kind, std::string_view payload, const frame_shape& shape = {});

/// A close frame's payload: code and reason, the reason cut to what fits, never within a character.
/// `no_status` gives the empty payload.
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason);

/// True for a code that may stand in a close frame (RFC 6455 7.4 and the registry it made).
[[nodiscard]] bool may_be_sent(std::uint16_t code);

} // namespace mpac::net
