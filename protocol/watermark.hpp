// Watermarks (SPEC 12): what a sender had seen when it spoke, and how two of them compare.
#pragma once

#include "protocol/word.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::protocol {

/// Largest Lamport value or epoch: what a double holds exactly (O-007).
inline constexpr std::uint64_t largest_counter = (std::uint64_t{1} << 53) - 1;

/// The kinds of SPEC 12.2. `unknown` is every other word.
enum class watermark_kind : std::uint8_t { lamport_clock, vector_clock, causal_frontier, opaque, unknown };

template <>
struct word_list<watermark_kind> {
  static constexpr std::array words{
      std::pair{watermark_kind::lamport_clock, std::string_view{"lamport_clock"}},
      std::pair{watermark_kind::vector_clock, std::string_view{"vector_clock"}},
      std::pair{watermark_kind::causal_frontier, std::string_view{"causal_frontier"}},
      std::pair{watermark_kind::opaque, std::string_view{"opaque"}},
  };
  static constexpr bool acted_on = false;
};

/// The kind a word on the wire names; `unknown` for a word that is not in SPEC 12.2.
[[nodiscard]] watermark_kind watermark_kind_of(std::string_view word) noexcept;

/// A watermark as it was sent.
struct watermark {
  watermark_kind kind = watermark_kind::lamport_clock;
  std::string kind_text = "lamport_clock"; ///< `kind` as sent
  std::optional<std::uint64_t> value;      ///< of a `lamport_clock`
  std::string raw_value;                   ///< JSON text of `value`, for the other kinds
  std::optional<std::uint64_t> lamport_value;

  friend bool operator==(const watermark&, const watermark&) = default;
};

/// A `lamport_clock` watermark: what the hub itself always sends (O-008).
[[nodiscard]] watermark lamport_watermark(std::uint64_t value);

/// The Lamport value of a watermark of any kind: `value` of the baseline kind, `lamport_value` of the others
/// (SPEC 12.3, 12.4). Nothing when a watermark has none: judgements that rest on it are partial (12.4-02).
[[nodiscard]] std::optional<std::uint64_t> lamport_of(const watermark& w) noexcept;

/// Where one watermark stands to another. For ordering and staleness, never as proof of causality (O-009).
enum class causal_order : std::uint8_t { before, after, concurrent };

/// Compares by Lamport value (SPEC 12.3); `concurrent` when they are equal or when either has none.
[[nodiscard]] causal_order compare(const watermark& a, const watermark& b) noexcept;

/// What is wrong with a watermark, for the description of a MALFORMED_MESSAGE, or nothing: no kind, a `lamport_clock`
/// without value, another kind without value, or a number beyond `largest_counter` (SPEC 12.3, O-007).
[[nodiscard]] std::optional<std::string> problems(const watermark& w);

} // namespace mpac::protocol
