// The revisions of MCP that are spoken here, and what is in each.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mpac::client::mcp {

enum class revision : std::uint8_t { v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28 };

struct revision_traits {
  revision is;
  std::string_view word;
  /// Begins with `initialize`, and holds for the process. Without: each request says its revision in `_meta`, results
  /// have a `resultType`, and subscriptions are requests that stay open.
  bool has_handshake;
  bool has_batches;           ///< JSON-RPC batches
  bool has_annotations;       ///< hints about tools
  bool has_structured_output; ///< `structuredContent`, `outputSchema`, and titles beside names
};

/// Oldest first.
[[nodiscard]] std::span<const revision_traits> revisions() noexcept;
[[nodiscard]] const revision_traits& traits_of(revision which) noexcept;
[[nodiscard]] std::optional<revision> revision_of(std::string_view word) noexcept;

/// What `initialize` answers to whoever asks for a revision that it can't begin.
inline constexpr revision newest_with_handshake = revision::v2025_11_25;

} // namespace mpac::client::mcp
