// What has to hold for any bytes that are to be written in canonical form: shared by the fuzzer and the test of its
// corpus.
#pragma once

#include <string_view>

namespace mpac::tests {

/// Canonicalises `text`. What is accepted is JSON to others too, and stays as it is the second time; leaving a member
/// out is the same before and after. A refusal says where.
/// Returns nothing, or the promise that was broken.
[[nodiscard]] const char* broken_by_canonical(std::string_view text);

} // namespace mpac::tests
