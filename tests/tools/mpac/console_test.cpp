#include "tools/mpac/console.hpp"

#include "tests/support/catch.hpp"

#include <sstream>

using namespace mpac::tools;

TEST_CASE("text of others can't move the cursor or change colours") {
  CHECK(printable("plain, naïve, 日本") == "plain, naïve, 日本");
  CHECK(printable("a\x1b[31mb\r\n\x7f") == "a\\x1b[31mb\\x0d\\x0a\\x7f");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\xc2\\x9b31m"); // CSI as one letter of C1
  CHECK(printable("\xc2\xa0") == "\xc2\xa0");
  CHECK(printable("a\xff\xe6\x97") == "a\\xff\\xe6\\x97");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80"); // a surrogate
}

TEST_CASE("complaints go to standard error and keep their code") {
  std::ostringstream out, err;
  const console with{out, err};
  CHECK(with.sorry(exit_code::refused, "no") == exit_code::refused);
  CHECK(err.str() == "mpac: no\n");
  CHECK(out.str().empty());
  CHECK(with.painted(colour::red, "x") == "x");
  CHECK(console{out, err, true, false}.painted(colour::red, "x") == "\x1b[31mx\x1b[0m");
}
