// Where the tamper-evident log of a session stands (SPEC 23.1.3): how many entries are chained, and the last link.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace mpac::protocol {

/// SHA-256.
using log_digest = std::array<std::uint8_t, 32>;

/// Kept by place, as `chain_step` is: members are only ever appended (store/encoding.hpp).
struct chain_head {
  std::uint64_t entries = 0;
  log_digest head{}; ///< of no entry: the genesis of the session

  friend bool operator==(const chain_head&, const chain_head&) = default;
};

/// What a decision adds to the chain of its session.
struct chain_step {
  log_digest before{}; ///< the link that its first entry follows
  chain_head after;
  /// Of the message that brought it about, where its frame is kept redacted: the digest of what came (HELLO).
  std::optional<log_digest> original;

  friend bool operator==(const chain_step&, const chain_step&) = default;
};

} // namespace mpac::protocol
