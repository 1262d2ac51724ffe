#include "base/percent_encoding.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace mpac::base;

TEST_CASE("text is encoded for a URI and comes back as it was") {
  CHECK(percent_encoded("Az09-._~") == "Az09-._~");
  CHECK(percent_encoded("a b/ä%+") == "a%20b%2F%C3%A4%25%2B");
  CHECK(percent_encoded("a b/c", "/") == "a%20b/c");
  std::string every;
  for (int byte = 0; byte < 256; ++byte)
    every += static_cast<char>(byte);
  CHECK(percent_decoded(percent_encoded(every)) == every);
  CHECK(percent_decoded("%c3%A4+b") == "ä+b");
}

TEST_CASE("a percent sign without two digits is no encoding") {
  for (const auto* wrong : {"%", "%4", "a%4", "%g0", "%0g", "%-1", "%+1", "%%41", "% 1"})
    CHECK_FALSE(percent_decoded(wrong));
}
