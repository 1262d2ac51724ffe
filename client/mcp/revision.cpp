#include "client/mcp/revision.hpp"

#include <array>

namespace mpac::client::mcp {
namespace {

// clang-format off
constexpr std::array rows{
  //               is                     word          handshake batches annotations structured
  revision_traits{revision::v2024_11_05, "2024-11-05", true,     false,  false,      false},
  revision_traits{revision::v2025_03_26, "2025-03-26", true,     true,   true,       false},
  revision_traits{revision::v2025_06_18, "2025-06-18", true,     false,  true,       true},
  revision_traits{revision::v2025_11_25, "2025-11-25", true,     false,  true,       true},
  revision_traits{revision::v2026_07_28, "2026-07-28", false,    false,  true,       true},
};
// clang-format on

} // namespace

std::span<const revision_traits> revisions() noexcept {
  return rows;
}

const revision_traits& traits_of(revision which) noexcept {
  return rows[static_cast<std::size_t>(which)];
}

std::optional<revision> revision_of(std::string_view word) noexcept {
  for (const auto& row : rows)
    if (row.word == word)
      return row.is;
  return std::nullopt;
}

} // namespace mpac::client::mcp
