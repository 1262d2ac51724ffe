// Whether bytes are UTF-8, and how many characters they hold (SPEC 9.5: shared files are text).
#pragma once

#include <cstddef>
#include <string_view>

namespace mpac::protocol {

/// True for well-formed UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF. NUL is a character.
bool is_utf8(std::string_view bytes) noexcept;

/// Unicode code points in `text`, which must be UTF-8.
std::size_t count_code_points(std::string_view text) noexcept;

/// The longest prefix of at most `bytes` bytes that does not cut a character of `text`, which must be UTF-8.
std::string_view shortened(std::string_view text, std::size_t bytes) noexcept;

} // namespace mpac::protocol
