// libFuzzer's door to files of hashes of credentials: every input must keep the promises of credential_check.hpp.
#include "tests/fuzz/credential_check.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const char* broken = mpac::tests::broken_by_credential_file({reinterpret_cast<const char*>(data), size})) {
    std::fprintf(stderr, "broken promise: %s\n", broken);
    std::abort();
  }
  return 0;
}
