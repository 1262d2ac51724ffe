#include "tests/fuzz/decode_check.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using mpac::tests::broken_promise;

TEST_CASE("every input of the fuzzer's corpus, whole or cut short, keeps the decoder's promises", "[22.1-01]") {
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MPAC_SOURCE_DIR "/tests/fuzz/corpus/decode")) {
    CAPTURE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ++inputs;
    for (std::size_t length = 0; length <= text.size(); ++length)
      if (const char* broken = broken_promise(std::string_view(text).substr(0, length)))
        FAIL("broken at " << length << " bytes: " << broken);
  }
  CHECK(inputs >= 22);
}
