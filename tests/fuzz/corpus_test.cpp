#include "tests/fuzz/decode_check.hpp"
#include "tests/fuzz/log_check.hpp"
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

TEST_CASE("every input of the fuzzer's corpus, whole or cut short, keeps the promises about logs", "[8.1.1.2-20]") {
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MPAC_SOURCE_DIR "/tests/fuzz/corpus/log_inspection")) {
    CAPTURE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string recipe{std::istreambuf_iterator<char>(in), {}};
    ++inputs;
    for (std::size_t length = 0; length <= recipe.size(); ++length)
      if (const char* broken = mpac::tests::broken_log_promise(std::string_view(recipe).substr(0, length)))
        FAIL("broken at " << length << " bytes: " << broken);
  }
  CHECK(inputs >= 13);
}
