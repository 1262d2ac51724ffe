// Where the tamper-evident log of a session stands (SPEC 23.1.3): how many entries are chained, and the last link.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::protocol {

/// SHA-256.
using log_digest = std::array<std::uint8_t, 32>;

/// 64 lower-case hexadecimal digits, and back; nothing where it is anything else. Thread-safe.
[[nodiscard]] std::string to_hex(const log_digest& value);
[[nodiscard]] std::optional<log_digest> from_hex(std::string_view text);

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

  friend bool operator==(const chain_step&, const chain_step&) = default;
};

} // namespace mpac::protocol
