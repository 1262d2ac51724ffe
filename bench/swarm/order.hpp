// The proof of the run: every participant of a session saw the same messages, whole, once each and in the same order.
#pragma once

#include "bench/swarm/letter.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace mpac::bench::swarm {

/// A 64-bit fingerprint of a message's bytes.
std::uint64_t fingerprint(std::string_view bytes) noexcept;

/// The common order of one session, written by whoever is first to see the next message.
/// Remembers the last `remembered` positions, so that a divergence is found where it begins.
class order {
public:
  static constexpr std::size_t remembered = 1024;

  /// True when `chain` is what was first seen at `position`, or nobody can tell any more.
  bool agrees(std::uint64_t position, std::uint64_t chain);

  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }

private:
  std::vector<std::uint64_t> chains_;
  std::uint64_t length_ = 0;
};

/// What one participant saw of its session's order.
class witness {
public:
  /// What is wrong with a message that was seen; `fine` mostly.
  enum class verdict { fine, repeated, diverged };

  /// Takes note of a relayed message. Sequences of each sender have to rise: the hub keeps the order of a connection.
  verdict sees(order& common, const name& message, std::uint64_t bytes, std::uint32_t participants);

  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }
  [[nodiscard]] std::uint64_t chain() const noexcept { return chain_; }

private:
  std::uint64_t length_ = 0;
  std::uint64_t chain_ = 0;
  std::vector<std::uint64_t> last_; // sequence, by sender
};

} // namespace mpac::bench::swarm
