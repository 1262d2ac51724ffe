// What leaves the hub through the admin API, so that who was given it is written down and counted (SPEC 24).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mpac::cluster {

enum class given : std::uint8_t {
  transcript,
  snapshot,
  whole_snapshot, ///< with what privacy.redact leaves out
  file_list,
  file,
};

/// In the enum's order.
inline constexpr std::array<std::string_view, 5> given_words{"transcript", "snapshot", "whole snapshot", "file list",
                                                             "file"};

[[nodiscard]] constexpr std::string_view word_of(given what) {
  return given_words[static_cast<std::size_t>(what)];
}

} // namespace mpac::cluster
