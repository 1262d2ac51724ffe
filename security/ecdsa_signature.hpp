// Signatures on P-256 in their two spellings: r and s, 32 bytes each, as JOSE has them (RFC 7518, 3.4), and as DER.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mpac::security {

/// DER of 64 bytes; nothing for any other length, and where r or s is zero or not below the order of the curve.
[[nodiscard]] std::optional<std::string> der_of_raw(std::string_view raw);

/// The 64 bytes of a DER that the cryptographic library made; nothing for what is none.
[[nodiscard]] std::optional<std::string> raw_of_der(std::string_view der);

} // namespace mpac::security
