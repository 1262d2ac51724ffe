// What has to hold for any bytes that are taken for certificates, keys, signatures and signed frames: shared by the
// fuzzer and the test of its corpus.
#pragma once

#include <string_view>

namespace mpac::tests {

/// Reads `text` as a certificate, a private key, a signature in both spellings and a signed frame. A frame that is JSON
/// can be signed, and is good then; nobody else's key has signed it. A refusal says something.
/// Returns nothing, or the promise that was broken.
[[nodiscard]] const char* broken_by_signature(std::string_view text);

} // namespace mpac::tests
