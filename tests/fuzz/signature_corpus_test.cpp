#include "tests/fuzz/canonical_check.hpp"
#include "tests/fuzz/signature_check.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

/// How many inputs there were.
std::size_t walk(const std::string& corpus, const char* (*broken_by)(std::string_view)) {
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MPAC_SOURCE_DIR "/tests/fuzz/corpus/" + corpus)) {
    CAPTURE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ++inputs;
    for (std::size_t length = 0; length <= text.size(); ++length)
      if (const char* broken = broken_by(std::string_view(text).substr(0, length)))
        FAIL("broken at " << length << " bytes: " << broken);
  }
  return inputs;
}

} // namespace

TEST_CASE("every input of the fuzzer's corpus, whole or cut short, keeps the promises about canonical JSON",
          "[23.1.3-02]") {
  CHECK(walk("canonical", mpac::tests::broken_by_canonical) >= 10);
}

TEST_CASE("every input of the fuzzer's corpus, whole or cut short, keeps the promises about keys and signatures",
          "[23.1.3-04]") {
  CHECK(walk("signature", mpac::tests::broken_by_signature) >= 8);
}
