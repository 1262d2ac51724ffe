// Patterns of resource_path scopes (SPEC 15.2.1.2): what they match, share and contain.
#pragma once

#include "protocol/scope.hpp"

#include <cstddef>
#include <string_view>

namespace mpac::protocol {

/// Longest pattern, in bytes, that is compared with another. A longer one counts as possibly overlapping (O-076): the
/// comparison costs time in proportion to the product of both lengths.
inline constexpr std::size_t longest_compared_pattern = 4096;

// All patterns and paths here are normalised. `*` stands for any run of characters within one segment, `**` as a whole
// segment for any run of segments, none included; everything else stands for itself (O-076).

/// Does `pattern` match `path`? `undecidable` only beyond the limit above.
[[nodiscard]] verdict pattern_matches(std::string_view pattern, std::string_view path);

/// Does some path match both? Exact and symmetric; `undecidable` only beyond the limit above.
[[nodiscard]] verdict patterns_intersect(std::string_view a, std::string_view b);

/// Does `outer` match every path that `inner` matches? `yes` and `no` are proven; what can be neither shown nor refuted
/// cheaply is `undecidable`.
[[nodiscard]] verdict pattern_contains(std::string_view outer, std::string_view inner);

/// The characters with which every path that `pattern` matches begins: for `src/api/**` that is `src/api`, because `**`
/// may stand for no segment at all. The whole pattern when it has no wildcard.
[[nodiscard]] std::string_view literal_prefix(std::string_view pattern) noexcept;

/// True when the pattern has a wildcard.
[[nodiscard]] bool has_wildcard(std::string_view pattern) noexcept;

} // namespace mpac::protocol
