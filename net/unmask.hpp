// Takes the mask off a client's payload while copying it to where it stays (RFC 6455 5.3).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mpac::net {

/// The four bytes of a client frame's masking key, in the order of the wire; all zero leaves bytes as they are.
using masking_key = std::array<std::uint8_t, 4>;

/// Copies `size` bytes from `from` to `to`, each combined with its byte of `key`. `offset` is the place of the first
/// byte within its frame's payload. The ranges are the same or do not overlap.
void unmask(char* to, const char* from, std::size_t size, const masking_key& key, std::size_t offset);

} // namespace mpac::net
