// The address of a peer, small enough for everybody to keep.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace mpac::net {

struct peer_address {
  std::array<std::uint8_t, 16> bytes{}; ///< network order; IPv4 takes the first four
  std::uint16_t port = 0;
  bool is_v6 = false;

  [[nodiscard]] std::string text() const;
};

} // namespace mpac::net
