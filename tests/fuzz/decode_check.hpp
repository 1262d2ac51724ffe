// What has to hold for any bytes that arrive: shared by the fuzzer and the test that walks its corpus.
#pragma once

#include <string_view>

namespace mpac::tests {

/// Reads `text` as a frame in lenient and strict sessions. What is accepted can be written and read again the same;
/// what is relayed of it is accepted too, and the same but for the files. A refusal says what is wrong.
/// Returns nothing, or the promise that was broken.
[[nodiscard]] const char* broken_promise(std::string_view text);

} // namespace mpac::tests
