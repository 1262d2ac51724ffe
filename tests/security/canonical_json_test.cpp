#include "security/canonical_json.hpp"

#include "security/ecmascript_number.hpp"
#include "tests/support/catch.hpp"

#include <bit>
#include <cstdint>
#include <fstream>
#include <rapidcheck.h>
#include <string>
#include <utility>
#include <vector>

using namespace mpac;
using security::canonical_json;

namespace {

std::string written(std::string_view json, std::string_view leave_out = {}) {
  const auto made = canonical_json(json, leave_out);
  return made ? *made : "refused: " + made.error();
}

std::string printed(double value) {
  std::string to;
  security::append_ecmascript(to, value);
  return to;
}

/// A JSON text of any shape, spelled in any way; numbers are small.
rc::Gen<std::string> any_json(int depth) {
  return rc::gen::exec([depth]() -> std::string {
    const auto gap = [] { return *rc::gen::element<std::string>("", " ", "\n\t"); };
    switch (*rc::gen::inRange(0, depth == 0 ? 3 : 5)) {
    case 0:
      return *rc::gen::element<std::string>("null", "true", "1.50", "-0", "12e2", "123456789012345678901");
    case 1:
      return *rc::gen::element<std::string>("\"\"", "\"\\u0041\\n\"", "\"\xf0\x90\x80\x80\"", "\"\\ud800\\udc00\"");
    case 2:
      return std::to_string(*rc::gen::inRange(-100, 100));
    case 3: {
      std::string made = "[";
      for (int left = *rc::gen::inRange(0, 4); left != 0; --left)
        made += gap() + *any_json(depth - 1) + gap() + (left > 1 ? "," : "");
      return made + "]";
    }
    default: {
      std::string made;
      for (const auto* name : {"\"a\"", "\"\\u0062\"", "\"\xee\x80\x80\"", "\"\xf0\x90\x80\x80\"", "\"\""})
        if (*rc::gen::arbitrary<bool>())
          made += (made.empty() ? "" : ",") + gap() + name + gap() + ":" + *any_json(depth - 1);
      return "{" + made + gap() + "}";
    }
    }
  });
}

} // namespace

TEST_CASE("the RFC's own examples are written as it says", "[23.1.3-02]") {
  CHECK(written(R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  })") == R"({"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
          "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  CHECK(written(R"({"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
                    "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
                    "\u00f6": "Latin Small Letter O With Diaeresis"})") ==
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
        "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\","
        "\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\",\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST_CASE("the doubles of the RFC's appendix B are printed as it says", "[23.1.3-02]") {
  const std::vector<std::pair<std::uint64_t, std::string>> table{
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : table) {
    CHECK(printed(std::bit_cast<double>(bits)) == text);
    CHECK(written(text) == text);
  }
}

TEST_CASE("an independent implementation writes the same", "[23.1.3-02]") {
  std::ifstream fixtures(MPAC_SOURCE_DIR "/tests/security/canonical/fixtures.txt", std::ios::binary);
  std::size_t pairs = 0;
  for (std::string text, wanted; std::getline(fixtures, text) && std::getline(fixtures, wanted); ++pairs) {
    CAPTURE(text);
    CHECK(written(text) == wanted);
  }
  CHECK(pairs == 600);
}

TEST_CASE("what is canonical stays as it is", "[23.1.3-02]") {
  CHECK(rc::check([] {
    const auto text = *any_json(3);
    const auto once = canonical_json(text);
    RC_ASSERT(once.has_value());
    RC_ASSERT(written(*once) == *once);
  }));
}

TEST_CASE("the order in which members stand makes no difference", "[23.1.3-02]") {
  CHECK(rc::check([] {
    std::vector<std::string> members;
    const auto names = *rc::gen::unique<std::vector<std::string>>(rc::gen::element<std::string>(
        "", "a", "aa", "b", "\\u0000", "\xef\xbf\xbf", "\xf0\x9f\x98\x80", "\xe2\x82\xac"));
    for (const auto& name : names)
      members.push_back("\"" + name + "\":" + *any_json(2));
    const auto object = [&] {
      std::string made;
      for (const auto& member : members)
        made += (made.empty() ? "" : ",") + member;
      return "{" + made + "}";
    };
    const auto before = written(object());
    const auto seed = *rc::gen::arbitrary<std::uint32_t>();
    for (std::size_t i = members.size(); i > 1; --i)
      std::swap(members[i - 1], members[(seed >> (i % 16)) % i]);
    RC_ASSERT(written(object()) == before);
  }));
}

TEST_CASE("one member of the outermost object can be left out", "[23.1.3-02]") {
  CHECK(written(R"({"b":1,"a":{"s":2},"s":{"x":[1, 2]}})", "s") == R"({"a":{"s":2},"b":1})");
  CHECK(written(R"({"a":1,"s":2})", "s") == R"({"a":1})");
  CHECK(written(R"({"s":2,"t":3})", "s") == R"({"t":3})");
  CHECK(written(R"({"s":2})", "s") == "{}");
  CHECK(written(R"({"\u0073":2})", "s") == "{}");
  CHECK(written(R"({"a":1})", "s") == R"({"a":1})");
  CHECK(written(R"([{"s":1}])", "s") == R"([{"s":1}])");
  const auto parts = security::canonical_without(R"({"b":1,"s":{"z": 1.0, "\u0061\"":"\/"},"t":0})", "s");
  REQUIRE(parts.has_value());
  CHECK(parts->text == R"({"b":1,"t":0})");
  CHECK(parts->left_out == R"({"a\"":"/","z":1})");
}

TEST_CASE("what has no canonical form is refused, with what is wrong and where", "[23.1.3-02]") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "the text ends too early at byte 0"},
      {"  ", "the text ends too early at byte 2"},
      {"{\"a\":1,\"\\u0061\":2}", "an object with two members of one name, which ends at byte 18"},
      {"[{\"a\":1,\"b\":3,\"a\":2}]", "an object with two members of one name, which ends at byte 20"},
      {"{\"s\":1,\"s\":2}", "an object with two members of one name, which ends at byte 13"},
      {"1e309", "a number beyond the doubles at byte 5"},
      {"-1" + std::string(400, '0'), "a number beyond the doubles at byte 402"},
      {"0.00001e400", "a number beyond the doubles at byte 11"},
      {"10e9223372036854775807", "a number beyond the doubles at byte 22"},
      {"1e99999999999999999999", "a number beyond the doubles at byte 22"},
      {"NaN", "no JSON value at byte 0"},
      {"nul", "no JSON value at byte 0"},
      {"-Infinity", "no JSON value at byte 1"},
      {"01", "a number with a leading zero at byte 2"},
      {"1.", "a number without digits behind its point at byte 2"},
      {".5", "no JSON value at byte 0"},
      {"1e+", "a number without digits in its exponent at byte 3"},
      {"+1", "no JSON value at byte 0"},
      {"\"\\ud800\"", "a lone surrogate at byte 7"},
      {"\"\\ud800\\u0041\"", "a lone surrogate at byte 13"},
      {"\"\\udc00\\ud800\"", "a lone surrogate at byte 7"},
      {"\"\xed\xa0\x80\"", "the text is not UTF-8"},
      {"\"\xff\"", "the text is not UTF-8"},
      {"\"\\x\"", "an escape that JSON does not have at byte 2"},
      {"\"\\u00g0\"", "an escape without its four digits at byte 5"},
      {std::string("\"\0\"", 3), "a control character in a string at byte 1"},
      {"\"a", "a string without end at byte 2"},
      {"\"a\\", "an escape that JSON does not have at byte 3"},
      {"[1,]", "no JSON value at byte 3"},
      {"[1 2]", "an array that goes on neither with a comma nor with its end at byte 3"},
      {"{\"a\":1,}", "a member without a name at byte 7"},
      {"{\"a\" 1}", "a name without a colon behind it at byte 5"},
      {"{\"a\":1;}", "an object that goes on neither with a comma nor with its end at byte 6"},
      {"{} {}", "something follows the value at byte 3"},
      {"\xef\xbb\xbf{}", "no JSON value at byte 0"},
      {std::string(200, '['), "nesting too deep at byte 128"},
  };
  for (const auto& [text, why] : table) {
    CAPTURE(text);
    CHECK(written(text, "s") == "refused: " + why);
  }
  CHECK(written(std::string(128, '[') + std::string(128, ']')) == std::string(128, '[') + std::string(128, ']'));
}

TEST_CASE("what is too small for a double is zero, as it is read everywhere", "[23.1.3-02]") {
  CHECK(written("[1e-400,-1e-400,0e999999999999999999999,1e-999999999999999999999]") == "[0,0,0,0]");
  CHECK(written("0.01e-9223372036854775807") == "0");
  CHECK(written("4.9e-324") == "5e-324");
}
