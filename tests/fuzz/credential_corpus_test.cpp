#include "tests/fuzz/credential_check.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace mpac::tests;

namespace {

/// Each input of a corpus, cut at every so many bytes and whole. Gives how many there are.
std::size_t walk(const char* corpus, const char* (*broken_by)(std::string_view), std::size_t step) {
  std::size_t inputs = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(MPAC_SOURCE_DIR "/tests/fuzz/corpus/") + corpus)) {
    CAPTURE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ++inputs;
    for (std::size_t length = 0; length < text.size(); length += step)
      if (const char* broken = broken_by(std::string_view(text).substr(0, length)))
        FAIL("broken at " << length << " bytes: " << broken);
    if (const char* broken = broken_by(text))
      FAIL("broken: " << broken);
  }
  return inputs;
}

} // namespace

TEST_CASE("every token of the fuzzer's corpus, whole or cut short, is taken exactly if it was signed", "[23.1.4-03]") {
  CHECK(walk("token", broken_by_token, 1) >= 10);
}

TEST_CASE("all claims of the fuzzer's corpus, whole or cut short, grant what they say and no more", "[23.1.4-03]") {
  CHECK(walk("token_claims", broken_by_claims, 1) >= 30);
}

TEST_CASE("the claims of the fuzzer's corpus lead behind the signature, on both ways that begin there", "[23.1.4-03]") {
  for (const auto& entry : std::filesystem::directory_iterator(MPAC_SOURCE_DIR "/tests/fuzz/corpus/token_claims")) {
    CAPTURE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string claims{std::istreambuf_iterator<char>(in), {}};
    CHECK(takes_claims(claims) == entry.path().filename().string().starts_with("good_"));
  }
}

TEST_CASE("every set of keys of the fuzzer's corpus, whole or cut short, keeps its reader's promises", "[23.1.4-03]") {
  CHECK(walk("token_keys", broken_by_token_keys, 1) >= 9);
}

TEST_CASE("every chain of the fuzzer's corpus, whole or cut short, is taken only if it is vouched for", "[23.1.4-07]") {
  CHECK(walk("chain", broken_by_chain, 7) >= 5);
}

TEST_CASE("every file of hashes of the fuzzer's corpus, whole or cut short, keeps its reader's promises",
          "[23.1.4-06]") {
  CHECK(walk("credential_file", broken_by_credential_file, 1) >= 5);
}
