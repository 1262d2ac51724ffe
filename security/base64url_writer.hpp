// Writes base64url as JOSE does (RFC 7515, 2): without padding.
#pragma once

#include <string>
#include <string_view>

namespace mpac::security {

[[nodiscard]] std::string write_base64url(std::string_view bytes);

} // namespace mpac::security
