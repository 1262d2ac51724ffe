#include "tests/fuzz/json_rpc_check.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

TEST_CASE("every line of the fuzzer's corpus, whole or cut short, keeps the promises about JSON-RPC") {
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MPAC_SOURCE_DIR "/tests/fuzz/corpus/json_rpc")) {
    CAPTURE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ++inputs;
    for (std::size_t length = 0; length <= text.size(); ++length)
      if (const char* broken = mpac::tests::broken_by_line(std::string_view(text).substr(0, length)))
        FAIL("broken at " << length << " bytes: " << broken);
  }
  CHECK(inputs >= 8);
}
