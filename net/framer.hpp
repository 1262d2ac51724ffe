// The WebSocket frame reader: bytes in, whole messages out (RFC 6455 5). A pure value that knows no socket.
#pragma once

#include "net/control_frame.hpp"
#include "net/door.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mpac::net {

class message_inflater;

/// Whose frames are read: clients must mask, servers must not (RFC 6455 5.1).
enum class sender_side : std::uint8_t { client, server };

/// What one message may be.
struct framer_limits {
  std::size_t message_bytes = 1048576; ///< more, before or after inflating, is 1009
  std::uint32_t fragments = 16384;     ///< more is 1009: nobody needs them, and each costs work
};

/// Why a stream of frames cannot go on. `reason` is a literal.
struct framing_error {
  close_code code;
  std::string_view reason;
};

/// What came out of the bytes so far. After `error` or a close frame nothing more comes.
struct framed {
  arrivals messages;             ///< text and binary alike, checked to be UTF-8, ready to be relayed
  std::vector<control> controls; ///< pings, pongs, at most one close
  std::optional<framing_error> error;
};

/// Reads frames however they are chopped. Holds memory only while a message or control frame is incomplete.
/// Not thread-safe.
class framer {
public:
  explicit framer(sender_side reads_from = sender_side::client) noexcept;
  ~framer();
  framer(framer&&) noexcept;
  framer& operator=(framer&&) noexcept;

  /// Takes bytes in and appends what they complete to `out`. `inflater` undoes permessage-deflate (RFC 7692);
  /// null: not negotiated, a compressed frame is an error.
  void feed(std::span<const char> bytes, const framer_limits& limits, message_inflater* inflater, framed& out);

  /// True between messages: nothing is held.
  [[nodiscard]] bool idle() const noexcept;

  /// True after an error or a close frame: further bytes are ignored.
  [[nodiscard]] bool finished() const noexcept { return finished_; }

private:
  struct partial;

  const char* read_header(const char* at, const char* end, const framer_limits& limits, bool inflates, framed& out);
  const char* read_payload(const char* at, const char* end, const framer_limits& limits, message_inflater* inflater,
                           framed& out);
  void take_control(const char* at, std::size_t size, framed& out);
  void take_whole(const char* at, std::size_t size, framed& out);
  void take_fragment(const char* at, std::size_t size);
  [[nodiscard]] bool whole_message() const noexcept;
  partial& held();
  std::optional<framing_error> begin_frame(const framer_limits& limits, bool inflates);
  void end_data(message_inflater* inflater, const framer_limits& limits, framed& out);
  void hand_on(protocol::frame_draft message, framed& out);
  void end_control(std::string_view payload, framed& out);
  void fail(framed& out, framing_error error);

  std::unique_ptr<partial> partial_;
  std::uint64_t payload_size_ = 0; // of the frame being read
  std::uint64_t payload_done_ = 0;
  masking_key mask_{};
  std::array<std::uint8_t, 14> header_{};
  std::uint8_t header_filled_ = 0;
  opcode kind_ = opcode::continuation;
  sender_side reads_from_;
  bool final_ = false;
  bool in_frame_ = false;
  bool finished_ = false;
};

} // namespace mpac::net
