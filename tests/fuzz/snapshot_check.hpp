// What has to hold for any bytes that are taken for a snapshot: shared by the fuzzer and the test of its corpus.
#pragma once

#include <string_view>

namespace mpac::tests {

/// Reads `text` as a snapshot. What is accepted makes a session that recovers, lives through all its deadlines and can
/// be written and read again the same. A refusal says what is wrong.
/// Returns nothing, or the promise that was broken.
[[nodiscard]] const char* broken_by_snapshot(std::string_view text);

} // namespace mpac::tests
