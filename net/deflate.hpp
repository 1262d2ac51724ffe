// permessage-deflate without context takeover (RFC 7692): whole messages in, whole messages out.
#pragma once

#include "protocol/wire/frame.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace mpac::net {

enum class inflate_state : std::uint8_t {
  ok,
  too_big, ///< the message grows beyond the limit; inflating stopped there
  corrupt,
};

struct inflated {
  inflate_state state;
  std::string_view text; ///< valid until the next call
};

/// Inflates messages, one at a time; one object serves all connections of a loop. Not thread-safe.
class message_inflater {
public:
  message_inflater();
  ~message_inflater();

  /// `limit`: bytes that the result may have. Never holds more than that and one block.
  [[nodiscard]] inflated inflate(std::string_view compressed, std::size_t limit);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// Deflates messages, each on its own; one object serves all connections of a loop. Not thread-safe.
class message_deflater {
public:
  message_deflater();
  ~message_deflater();

  /// A finished compressed text frame, header included, as the payload of the result.
  [[nodiscard]] protocol::frame_ptr deflate(std::string_view text, int window_bits);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace mpac::net
