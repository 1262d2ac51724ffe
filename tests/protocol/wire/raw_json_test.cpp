#include "protocol/wire/raw_json.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace mpac::protocol;

namespace {

std::string value_of(std::string_view text, std::string_view name) {
  const auto root = raw_json::value_at(text, 0);
  REQUIRE(root);
  const auto found = raw_json::find_member(text, *root, name);
  return found ? std::string(found->value.of(text)) : "nothing";
}

std::string without(std::string_view text, std::string_view name) {
  const auto found = raw_json::find_member(text, {0, text.size()}, name);
  REQUIRE(found);
  return std::string(text.substr(0, found->with_comma.begin)) + std::string(text.substr(found->with_comma.end));
}

} // namespace

TEST_CASE("a member is found whatever stands before it") {
  constexpr std::string_view text = R"( {"a":"}\"b\":1","n":[{"b":2},"]"], "b" : -1.5e3 , "c":{"b":3},"d":true})";
  CHECK(value_of(text, "b") == "-1.5e3");
  CHECK(value_of(text, "a") == R"("}\"b\":1")");
  CHECK(value_of(text, "c") == R"({"b":3})");
  CHECK(value_of(text, "n") == R"([{"b":2},"]"])");
  CHECK(value_of(text, "d") == "true");
  CHECK(value_of(text, "e") == "nothing");
}

TEST_CASE("a name spelt with escapes is the same name") {
  CHECK(value_of(R"({"p\u0061y\/\"":1})", "pay/\"") == "1");
  CHECK(value_of(R"({"\ud83d\ude00":1})", "\xf0\x9f\x98\x80") == "1");
  CHECK(value_of("{\"\\b\\f\\n\\r\\t\\\\\":1}", "\b\f\n\r\t\\") == "1");
}

TEST_CASE("a cut takes the one comma that goes with the member") {
  CHECK(without(R"({"a":1,"b":2,"c":3})", "a") == R"({"b":2,"c":3})");
  CHECK(without(R"({"a":1,"b":2,"c":3})", "b") == R"({"a":1,"c":3})");
  CHECK(without(R"({"a":1,"b":2,"c":3})", "c") == R"({"a":1,"b":2})");
  CHECK(without(R"({"a": 1 , "b": 2 , "c": 3 })", "b") == R"({"a": 1 , "c": 3 })");
  CHECK(without(R"({ "a": 1, "b": 2 })", "a") == R"({ "b": 2 })");
  CHECK(without(R"({ "a" : 1 })", "a") == R"({  })");
}

TEST_CASE("an entry of an array is found by its number") {
  constexpr std::string_view text = R"([1, "a,]" ,{"b":[2]}])";
  const auto entry = [&](std::size_t i) {
    const auto found = raw_json::find_entry(text, {0, text.size()}, i);
    return found ? std::string(found->of(text)) : "nothing";
  };
  CHECK(entry(0) == "1");
  CHECK(entry(1) == R"("a,]")");
  CHECK(entry(2) == R"({"b":[2]})");
  CHECK(entry(3) == "nothing");
}

TEST_CASE("text that is no JSON finds nothing and breaks nothing") {
  for (const std::string_view text : {"", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"", "{\"a\":[",
                                      "{\"a\\", "{a:1}", "{\"x\":1 \"a\":2}", "{,}", "}", "\\"}) {
    CAPTURE(text);
    CHECK_FALSE(raw_json::find_member(text, {0, text.size()}, "zzz"));
    CHECK_FALSE(raw_json::find_entry(text, {0, text.size()}, 5));
    CHECK_NOTHROW((void)raw_json::value_at(text, 0));
    CHECK(raw_json::unescaped(text).size() <= text.size());
    CHECK_FALSE(raw_json::find_lone_surrogate(text));
  }
}

TEST_CASE("a surrogate without its partner is found, a pair is let be") {
  CHECK_FALSE(raw_json::find_lone_surrogate(R"({"a":"\ud83d\ude00 \u00e9 \\ud800 \\\\"})"));
  CHECK(raw_json::find_lone_surrogate(R"("\ud800")") == 1);
  CHECK(raw_json::find_lone_surrogate(R"("\uDC00")") == 1);
  CHECK(raw_json::find_lone_surrogate(R"("\ud800\ud800\udc00")") == 1);
  CHECK(raw_json::find_lone_surrogate(R"("\ud800\u0041")") == 1);
  CHECK(raw_json::find_lone_surrogate(R"("\ud83d\ude00\ude00")") == 13);
  CHECK(raw_json::find_lone_surrogate(R"("\\\ud800")") == 3);
}
