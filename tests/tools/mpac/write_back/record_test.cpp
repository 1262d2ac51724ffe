#include "tools/mpac/write_back/line_ends.hpp"
#include "tools/mpac/write_back/record.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <rapidcheck.h>

namespace mpac::tools::write_back {
namespace {

TEST_CASE("a record is read as it was written, whatever the paths", "[write-back]") {
  rc::check([] {
    session_record one{"demo", {}};
    const auto printable = rc::gen::container<std::string>(rc::gen::inRange(' ', '~'));
    for (const auto& path : *rc::gen::container<std::vector<std::string>>(printable))
      one.files[path] = {"sha256:" + *rc::gen::nonEmpty(printable), *rc::gen::arbitrary<bool>(), *printable};
    const auto again = read_record(to_text(one));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == one);
  });
}

TEST_CASE("what is no record is named as such", "[write-back]") {
  for (const auto* text : {"", "{", "[]", "{}", R"({"session":"demo"})", R"({"session":"demo","files":[]})",
                           R"({"session":"demo","files":{"a":{}}})", R"({"session":"demo","files":{"a":"x"}})"}) {
    INFO(text);
    const auto read = read_record(text);
    REQUIRE_FALSE(read);
    CHECK_FALSE(read.error().empty());
  }
}

TEST_CASE("line ends are plain in the session and stay CRLF where a file had nothing else", "[write-back]") {
  CHECK(with_plain_lines("a\r\nb\rc\nd\r\r\n") == "a\nb\nc\nd\n\n");
  CHECK(has_crlf_throughout("a\r\nb\r\n"));
  CHECK_FALSE(has_crlf_throughout("a\r\nb\n"));
  CHECK_FALSE(has_crlf_throughout("a\rb\r\n"));
  CHECK_FALSE(has_crlf_throughout("no end of a line"));
  CHECK(with_crlf("a\nb") == "a\r\nb");
}

} // namespace
} // namespace mpac::tools::write_back
