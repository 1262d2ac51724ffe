// What has to hold for any logs that lie on a disk: shared by the fuzzer and the test that walks its corpus.
#pragma once

#include <string_view>

namespace mpac::tests {

/// The first byte of `recipe` says what the rest is. Even: two logs as they lie there. Odd: how logs are to be written,
/// and then spoilt. Of both, what an inspection leaves is whole batches without a gap; of the latter it is known, too,
/// what may be left, and what must be refused. Returns nothing, or the promise that was broken.
[[nodiscard]] const char* broken_log_promise(std::string_view recipe);

} // namespace mpac::tests
