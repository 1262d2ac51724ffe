#include "tools/mpac/json.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::tools;

TEST_CASE("a member is found by its path, or is not there") {
  const json::value all = json::parse(R"({"a": {"b": {"c": "deep"}, "n": 7, "u": 18446744073709551615, "d": 1.5}})");
  CHECK(text_at(all, "a.b.c") == "deep");
  CHECK(number_at(all, "a.n") == 7);
  CHECK_FALSE(number_at(all, "a.u"));
  CHECK_FALSE(number_at(all, "a.d"));
  CHECK_FALSE(number_at(all, "a.b.c"));
  CHECK(find(all, "a.b.c.d") == nullptr);
  CHECK(find(all, "x") == nullptr);
  CHECK(text_at(all, "a.n").empty());
  CHECK(find(all, "") == &all);
}

TEST_CASE("an object holds what it must, and may hold more") {
  const json::value all = json::parse(R"({"a": {"b": 1, "c": [1, 2]}, "d": null})");
  CHECK(holds(all, json::parse(R"({"a": {"b": 1}})")));
  CHECK(holds(all, json::parse(R"({"a": {"c": [1, 2]}, "d": null})")));
  CHECK_FALSE(holds(all, json::parse(R"({"a": {"c": [1]}})")));
  CHECK_FALSE(holds(all, json::parse(R"({"e": null})")));
  CHECK_FALSE(holds(json::parse("7"), json::parse(R"({})")));
}

TEST_CASE("an indented value is the same value") {
  const json::value all = json::parse(R"({"a":[{"b":"\u0007"},[],{}],"c":true})");
  CHECK(indented(all) ==
        "{\n  \"a\": [\n    {\n      \"b\": \"\\u0007\"\n    },\n    [],\n    {}\n  ],\n  \"c\": true\n}");
  CHECK(json::parse(indented(all)) == all);
}
