// What permessage-deflate a client offers and what is agreed (RFC 7692 7.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mpac::net {

/// The agreement: every message is compressed on its own, in both directions, so that no connection keeps a window.
struct deflate_terms {
  int server_window_bits = 15;       ///< 9 to 15; smaller where the client asked for it
  bool window_was_asked_for = false; ///< then the answer names it
};

/// Reads a Sec-WebSocket-Extensions header; the first acceptable offer wins, nothing if none is.
[[nodiscard]] std::optional<deflate_terms> agree_on_deflate(std::string_view offers);

/// The Sec-WebSocket-Extensions header of the answer.
[[nodiscard]] std::string to_header(const deflate_terms& terms);

} // namespace mpac::net
