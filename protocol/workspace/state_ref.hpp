// The state ref of a text: the name of one content of a shared file (SPEC 9.5, 16.3).
#pragma once

#include <string>
#include <string_view>

namespace mpac::protocol {

/// `sha256:` and the first 16 lower-case hex digits of SHA-256 over the bytes of `content`, which is what existing
/// clients compute for themselves. Throws `std::runtime_error` when the cryptographic library has no SHA-256.
std::string state_ref_of(std::string_view content);

} // namespace mpac::protocol
