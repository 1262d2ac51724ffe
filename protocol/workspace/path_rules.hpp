// What the path of a shared file may look like (SPEC 9.5, 23): nothing a client sends names anything outside.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::protocol {

/// The longest path of a shared file, in bytes.
inline constexpr std::size_t max_path_bytes = 1024;

/// Why `path` cannot name a shared file, as a clause that completes "the path …"; nothing when it can.
/// A path is relative, made of segments parted by single `/`. It is a key and compared byte for byte: `./a` is not
/// tidied into `a` but refused, so that no two spellings name one file.
std::optional<std::string_view> path_fault(std::string_view path) noexcept;

/// `text` from outside in quotation marks, fit for a message to a person: never longer than some 120 bytes, always
/// UTF-8.
std::string quoted_for_people(std::string_view text);

} // namespace mpac::protocol
