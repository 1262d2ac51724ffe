#include "protocol/workspace/unicode_text.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <string>

using namespace mpac::protocol;

TEST_CASE("well-formed UTF-8 is told from everything else") {
  for (const std::string_view text : {"", "plain", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x8C\x8D", "\xF4\x8F\xBF\xBF"})
    CHECK(is_utf8(text));
  CHECK(is_utf8(std::string_view("\0", 1)));
  for (const std::string_view bytes : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                       "\xF8\x88\x80\x80\x80", "\xFF\xFE", "ok \xE2\x82"})
    CHECK_FALSE(is_utf8(bytes));
}

TEST_CASE("code points are counted, not bytes") {
  CHECK(count_code_points("") == 0);
  CHECK(count_code_points("abc") == 3);
  CHECK(count_code_points("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x8C\x8D") == 4);
  CHECK(count_code_points("e\xCC\x81") == 2); // a letter and its combining accent
}

TEST_CASE("shortening never cuts a character") {
  CHECK(shortened("abc", 3) == "abc");
  CHECK(shortened("abc", 2) == "ab");
  CHECK(shortened("a\xE2\x82\xAC", 3) == "a");
  CHECK(shortened("\xF0\x9F\x8C\x8D", 3).empty());
  CHECK(rc::check("the longest prefix that is UTF-8", [](const std::vector<std::uint8_t>& picks, std::uint8_t limit) {
    std::string text;
    for (const auto pick : picks)
      text += std::array{"a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x8C\x8D"}[pick % 4];
    const auto prefix = shortened(text, limit);
    RC_ASSERT(prefix.size() <= limit);
    RC_ASSERT(text.starts_with(prefix));
    RC_ASSERT(is_utf8(prefix));
    RC_ASSERT(prefix.size() == text.size() || prefix.size() + 4 > limit);
  }));
}
