// What has to hold for any bytes that a disk may hand out: shared by the fuzzer and the test that walks its corpus.
#pragma once

#include <string_view>

namespace mpac::tests {

/// Reads `bytes` as an image and as decisions. What can be read is written and read again the same; a session that an
/// image makes has an image that makes it again. A fault says what is wrong, and where.
/// Returns nothing, or the promise that was broken.
[[nodiscard]] const char* broken_by_stored(std::string_view bytes);

} // namespace mpac::tests
