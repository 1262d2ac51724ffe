// Whether text is UTF-8 (RFC 3629), asked of every text message and close reason.
#pragma once

#include <string_view>

namespace mpac::net {

/// True when `text` is well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

} // namespace mpac::net
