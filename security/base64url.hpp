// Base64url as JOSE writes it (RFC 7515, 2): without padding, and in one spelling only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mpac::security {

/// The bytes; nothing for any other letter, padding, white space, an impossible length, or left-over bits that are not
/// zero: so no two texts mean the same bytes.
[[nodiscard]] std::optional<std::string> read_base64url(std::string_view text);

[[nodiscard]] std::string write_base64url(std::string_view bytes);

} // namespace mpac::security
