#include "security/strict_json.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

using namespace mpac::security;

namespace {

std::string refused(std::string_view text) {
  const auto read = read_json_object(text);
  return read ? "" : to_string(read.error(), "t");
}

} // namespace

TEST_CASE("an object is read with all it holds") {
  const auto read = read_json_object(R"({"a":"x","b":[1,2.5,-3,true,null],"c":{"d":{}},"e":18446744073709551615})");
  REQUIRE(read);
  CHECK(*find_text(*read, "a") == "x");
  CHECK_FALSE(find_text(*read, "b"));
  CHECK_FALSE(find(*read, "z"));
  const auto& list = *find(*read, "b")->list();
  REQUIRE(list.size() == 5);
  CHECK(*list[0].number() == 1);
  CHECK(*list[1].number() == 2.5);
  CHECK(*list[2].number() == -3);
  CHECK(find(*find(*read, "c")->object(), "d")->object()->empty());
  CHECK(*find(*read, "e")->number() == 18446744073709551615.0);
  CHECK_FALSE(texts_of(*find(*read, "b")));
}

TEST_CASE("what two readers could understand differently is refused, with its place") {
  CHECK(refused(R"({"a":1,"a":1})") == "t:1:11: a name is given twice in one object");
  CHECK(refused(R"({"x":[{"a":1,"\u0061":2}]})").find("a name is given twice") != std::string::npos);
  CHECK(refused(R"({"a":{"a":1},"b":{"a":1}})").empty());
  CHECK(refused(R"({"a":"\u0000"})").find("a text holds a NUL") != std::string::npos);
  CHECK(refused(R"({"\u0000":1})").find("a text holds a NUL") != std::string::npos);
  CHECK(refused(std::string("{}\0x", 4)) == "t:1:3: holds a NUL");
  CHECK(refused("\xef\xbb\xbf{}") == "t:1:1: begins with a byte order mark");
  CHECK(refused("{\"a\":\"\xff\"}") != "");
  for (const char* bad : {"", "[]", "1", "\"x\"", "{}{}", "{} x", "{a:1}", "{'a':1}", "{\"a\":1,}", "{\"a\":NaN}",
                          "{\"a\":01}", "/**/{}", "{\"a\":1e999}", "nul"})
    CHECK(refused(bad) != "");
}

TEST_CASE("depth is bounded, and width is no burden") {
  const auto nested = [](int levels) {
    std::string text = "{\"a\":";
    for (int i = 1; i < levels; ++i)
      text += '[';
    for (int i = 1; i < levels; ++i)
      text += ']';
    return text.substr(0, 5) + (levels == 1 ? "1" : text.substr(5)) + '}';
  };
  CHECK(refused(nested(16)).empty());
  CHECK(refused(nested(17)).find("nested too deeply") != std::string::npos);
  CHECK(refused(nested(100'000)) != "");
  std::string wide = "{";
  for (int i = 0; i < 50'000; ++i)
    wide += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
  CHECK(refused(wide + '}').empty());
}
