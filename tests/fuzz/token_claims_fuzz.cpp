// libFuzzer's door to what bearer tokens claim, behind their signature: every input must keep the
// promises of credential_check.hpp.
#include "tests/fuzz/credential_check.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const char* broken = mpac::tests::broken_by_claims({reinterpret_cast<const char*>(data), size})) {
    std::fprintf(stderr, "broken promise: %s\n", broken);
    std::abort();
  }
  return 0;
}
