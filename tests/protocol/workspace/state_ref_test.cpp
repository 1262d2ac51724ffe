#include "protocol/workspace/state_ref.hpp"

#include "tests/support/catch.hpp"

using mpac::protocol::state_ref_of;

TEST_CASE("a state ref is sha256: and the first sixteen hex digits of the hash", "[9.5-02][16.3-03]") {
  // FIPS 180-2, appendix B, and the hash of nothing.
  CHECK(state_ref_of("") == "sha256:e3b0c44298fc1c14");
  CHECK(state_ref_of("abc") == "sha256:ba7816bf8f01cfea");
  CHECK(state_ref_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") == "sha256:248d6a61d20638b8");
}

TEST_CASE("a state ref covers every byte, NUL and line ends too") {
  CHECK(state_ref_of(std::string_view("a\0b", 3)) != state_ref_of("a"));
  CHECK(state_ref_of("a\n") != state_ref_of("a\r\n"));
  CHECK(state_ref_of("\xEF\xBB\xBFx") != state_ref_of("x"));
}
