#include "client/mcp/quoting.hpp"
#include "tests/support/catch.hpp"

#include <string>

using mpac::client::mcp::in_quotes;

TEST_CASE("a text can't leave its quotation marks") {
  CHECK(in_quotes("plain ä € 😀") == "\"plain ä € 😀\"");
  CHECK(in_quotes("a\" b") == R"("a\" b")");
  CHECK(in_quotes("a\\") == R"("a\\")");
  CHECK(in_quotes("a\nNext: b\r\t\x07") == R"("a\nNext: b\u000d\t\u0007")");
}

TEST_CASE("what nobody sees is shown") {
  CHECK(in_quotes("a\u202eb") == R"("a\u202eb")");
  CHECK(in_quotes("\u200b\ufeff\u2028") == R"("\u200b\ufeff\u2028")");
  CHECK(in_quotes("\U000e0041") == R"("\udb40\udc41")");
  CHECK(in_quotes("\u0085") == R"("\u0085")");
  CHECK(in_quotes("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") == R"("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")");
  CHECK(in_quotes("\u180b\u180f\U0001d173") == R"("\u180b\u180f\ud834\udd73")");
}

TEST_CASE("what is no UTF-8 is replaced byte by byte") {
  CHECK(in_quotes("\xff\xc3") == R"("\ufffd\ufffd")");
  CHECK(in_quotes("\xe2\x82") == R"("\ufffd\ufffd")");
}

TEST_CASE("a long text is cut between characters, and says so outside") {
  CHECK(in_quotes("äöü", 2) == "\"äö\" (cut: 2 more bytes)");
  CHECK(in_quotes("äö", 2) == "\"äö\"");
}
