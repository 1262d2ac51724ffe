// libFuzzer's door to what an MCP client writes: every input must keep the promises of json_rpc_check.hpp.
#include "tests/fuzz/json_rpc_check.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const char* broken = mpac::tests::broken_by_line({reinterpret_cast<const char*>(data), size})) {
    std::fprintf(stderr, "broken promise: %s\n", broken);
    std::abort();
  }
  return 0;
}
