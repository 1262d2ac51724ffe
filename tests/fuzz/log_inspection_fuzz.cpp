// libFuzzer's door to the inspection of logs: every input must keep the promises of log_check.hpp.
#include "tests/fuzz/log_check.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const char* broken = mpac::tests::broken_log_promise({reinterpret_cast<const char*>(data), size})) {
    std::fprintf(stderr, "broken promise: %s\n", broken);
    std::abort();
  }
  return 0;
}
