#include "tools/mpac/terminal/typed_rows.hpp"

#include "tests/support/catch.hpp"

#include <clocale>
#include <string>

using namespace mpac::tools::terminal;

namespace {

std::size_t rows(const std::string& text, std::size_t columns = 10) {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  return rows_down("> ", text, columns);
}

std::string times(int count, const std::string& text) {
  std::string all;
  for (; count > 0; --count)
    all += text;
  return all;
}

} // namespace

TEST_CASE("a full row is left at once") {
  CHECK(rows("") == 0);
  CHECK(rows("1234567") == 0);
  CHECK(rows("12345678") == 1);
  CHECK(rows(times(17, "x")) == 1);
  CHECK(rows(times(18, "x")) == 2);
}

TEST_CASE("a wide letter is never split over the end of a row") {
  CHECK(rows("日本語") == 0);
  CHECK(rows("日本語文") == 1);           // exactly full
  CHECK(rows("x" + times(3, "日")) == 0); // one column is left
  CHECK(rows("x" + times(4, "日")) == 1); // and stays empty
  // Four to a row of nine, whatever their columns make in all.
  CHECK(rows_down("", times(12, "日"), 9) == 2);
  CHECK(rows_down("", times(13, "日"), 9) == 3);
}

TEST_CASE("what can't be printed is as long as it is drawn") {
  CHECK(rows(times(3, "\x01")) == 0);
  CHECK(rows(times(4, "\x01")) == 1); // ^A
  CHECK(rows("\tx") == 0);            // at column 8
  CHECK(rows("\txx") == 1);
  CHECK(rows("1234567\t") == 1);                                         // no further than the row's end
  CHECK(rows("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301") == 0); // combining letters take no column
}

TEST_CASE("bytes that are no letters, and rows of no width, end somewhere") {
  CHECK(rows("\xff\xff\xff\xff\xff\xff\xff\xff") == 1);
  CHECK(rows_down("", "日日", 0) == 2);
}
