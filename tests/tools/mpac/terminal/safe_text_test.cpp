#include "tools/mpac/terminal/safe_text.hpp"
#include "tools/mpac/terminal/styled_line.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

using namespace mpac::tools;
using namespace mpac::tools::terminal;

namespace {

/// Whether a terminal would take any of it for more than letters.
bool has_controls(const std::string& text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7f)
      return true;
    if (byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0)
      return true;
  }
  return false;
}

} // namespace

TEST_CASE("nothing in a text of others moves the cursor, colours, or turns the direction of writing") {
  CHECK(on_one_line("plain, naïve, 日本, e\u0301") == "plain, naïve, 日本, e\u0301");
  CHECK(on_one_line("\x1b[2J\x1b]0;title\x07\r\b\x7f") == "\\x1b[2J\\x1b]0;title\\x07\\x0d\\x08\\x7f");
  CHECK(on_one_line("a\nb\tc") == "a\\nb\\tc");
  CHECK(on_one_line("\u009b31m") == "\\x9b31m"); // CSI as one letter of C1
  CHECK(on_one_line("\u202egnp.exe\u2066\ufeff") == "\\u202egnp.exe\\u2066\\ufeff");
  CHECK(on_one_line("one\u2028two") == "one\\u2028two");
  CHECK(on_one_line("a\u034f\u115f\u3164\uffa0b") == "a\\u034f\\u115f\\u3164\\uffa0b"); // shown as nothing
  CHECK(on_one_line("\x9b\xff\xc3") == "\\x9b\\xff\\xc3"); // no UTF-8: CSI on a terminal of eight bits
}

TEST_CASE("whatever the bytes, no control character is left, and made safe twice is made safe once") {
  CHECK(rc::check([](const std::string& text) {
    const auto safe = on_one_line(text);
    RC_ASSERT(!has_controls(safe));
    RC_ASSERT(on_one_line(safe) == safe);
    for (const auto& line : lines_of(text))
      RC_ASSERT(!has_controls(line));
  }));
}

TEST_CASE("lines of a file keep their tabs as spaces, and lose their line ends") {
  CHECK(lines_of("a\tb\r\n\tc") == std::vector<std::string>{"a       b", "        c"});
  CHECK(lines_of("").empty());
  CHECK(lines_of("x\n\n") == std::vector<std::string>{"x", ""});
  CHECK(lines_of("end\r") == std::vector<std::string>{"end\\x0d"});
}

TEST_CASE("columns are counted as a terminal shows them") {
  CHECK(columns_of("naïve") == 5);
  CHECK(columns_of("日本") == 4);
  CHECK(columns_of("e\u0301") == 1);
  CHECK(cut_to("日本語", 5) == "日本…");
  CHECK(cut_to("日本語", 4) == "日…");
  CHECK(cut_to("exact", 5) == "exact");
  CHECK(cut_to("longer", 5) == "long…");
  CHECK(cut_to("x", 0).empty());
  CHECK(fitted("日", 4) == "日  ");
}

TEST_CASE("prose is broken at spaces, and words longer than the row inside") {
  CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("abcdefgh ij", 4) == std::vector<std::string>{"abcd", "efgh", "ij"});
  CHECK(wrapped("", 4) == std::vector<std::string>{""});
  CHECK(rc::check([](const std::string& text) {
    const auto columns = *rc::gen::inRange<std::size_t>(2, 40); // a wide letter needs two
    for (const auto& each : wrapped(on_one_line(text), columns))
      RC_ASSERT(columns_of(each) <= columns);
  }));
}

TEST_CASE("a line's colours are ours, and its words can't end them") {
  const auto line = styled_line().add(colour::red, "who\x1b[0m").add(" did");
  CHECK(line.plain() == "who\\x1b[0m did");
  CHECK(line.painted(true) == "\x1b[31mwho\\x1b[0m\x1b[0m did");
  CHECK(line.painted(false) == line.plain());
}

TEST_CASE("a line is cut and broken across its colours") {
  const auto line = styled_line().add(colour::bold, "alpha ").add("beta gamma");
  CHECK(line.cut(8).plain() == "alpha b…");
  CHECK(line.cut(6).plain() == "alpha…");
  CHECK(line.cut(40).plain() == "alpha beta gamma");
  const auto broken = line.broken(11, 2);
  REQUIRE(broken.size() == 2);
  CHECK(broken[0].plain() == "alpha beta");
  CHECK(broken[1].plain() == "  gamma");
  CHECK(broken[0].painted(true) == "\x1b[1malpha \x1b[0mbeta");
}
