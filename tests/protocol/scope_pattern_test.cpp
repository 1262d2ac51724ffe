// Patterns against patterns and paths, and all of it against trying every path of a small world (SPEC 15.2.1.2).
#include "protocol/scope_pattern.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace mpac::protocol;

namespace {

// A second matcher, as plain as the definition: one character or one segment at a time.
bool segment_fits(std::string_view pattern, std::string_view text) {
  if (pattern.empty())
    return text.empty();
  if (pattern.front() == '*')
    return segment_fits(pattern.substr(1), text) || (!text.empty() && segment_fits(pattern, text.substr(1)));
  return !text.empty() && pattern.front() == text.front() && segment_fits(pattern.substr(1), text.substr(1));
}

bool fits(const std::vector<std::string>& pattern, std::size_t p, const std::vector<std::string>& path, std::size_t t) {
  if (p == pattern.size())
    return t == path.size();
  if (pattern[p] == "**")
    return fits(pattern, p + 1, path, t) || (t < path.size() && fits(pattern, p, path, t + 1));
  return t < path.size() && segment_fits(pattern[p], path[t]) && fits(pattern, p + 1, path, t + 1);
}

std::string joined(const std::vector<std::string>& segments) {
  std::string text;
  for (const auto& segment : segments)
    text += (text.empty() ? "" : "/") + segment;
  return text;
}

// Every path of up to four segments made of these: enough for a common path of any two patterns below, `x` being a
// character that no pattern names.
const std::vector<std::vector<std::string>>& small_world() {
  static const auto all = [] {
    const std::vector<std::string> words{"a", "b", "aa", "ab", "ba", "bb", "x"};
    std::vector<std::vector<std::string>> paths{{}}, result;
    for (int length = 1; length <= 4; ++length) {
      std::vector<std::vector<std::string>> longer;
      for (const auto& path : paths)
        for (const auto& word : words) {
          longer.push_back(path);
          longer.back().push_back(word);
        }
      result.insert(result.end(), longer.begin(), longer.end());
      paths = std::move(longer);
    }
    return result;
  }();
  return all;
}

rc::Gen<std::vector<std::string>> small_pattern() {
  const auto segment = rc::gen::element<std::string>("a", "b", "ab", "*", "a*", "*b", "**");
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 4), [segment](std::size_t length) {
    return rc::gen::container<std::vector<std::string>>(length, segment);
  });
}

} // namespace

TEST_CASE("a star matches any characters within one segment", "[15.2.1.2-01]") {
  CHECK(pattern_matches("src/*.ts", "src/auth.ts") == verdict::yes);
  CHECK(pattern_matches("src/*.ts", "src/.ts") == verdict::yes);
  CHECK(pattern_matches("src/*.ts", "src/routes/auth.ts") == verdict::no);
  CHECK(pattern_matches("src/a*b*c", "src/a-b-b-c") == verdict::yes);
  CHECK(pattern_matches("src/a*b*c", "src/a-c-b") == verdict::no);
}

TEST_CASE("two stars match any run of segments, none included", "[15.2.1.2-02][O-076]") {
  CHECK(pattern_matches("src/**", "src/routes/auth.ts") == verdict::yes);
  CHECK(pattern_matches("src/**", "src") == verdict::yes);
  CHECK(pattern_matches("src/**/auth.ts", "src/auth.ts") == verdict::yes);
  CHECK(pattern_matches("src/**/auth.ts", "src/a/b/auth.ts") == verdict::yes);
  CHECK(pattern_matches("src/**", "srcs/a") == verdict::no);
  CHECK(pattern_matches("**", "a/b/c") == verdict::yes);
}

TEST_CASE("everything but stars stands for itself", "[O-076]") {
  CHECK(pattern_matches("a?.[ch]", "a?.[ch]") == verdict::yes);
  CHECK(pattern_matches("a?.[ch]", "ab.c") == verdict::no);
  CHECK(pattern_matches("{a,b}", "a") == verdict::no);
  CHECK(pattern_matches("a**b", "a/b") == verdict::no);
  CHECK(pattern_matches("a**b", "axyb") == verdict::yes);
}

TEST_CASE("patterns overlap when some path matches both", "[15.2.1.2-03]") {
  CHECK(patterns_intersect("src/*.ts", "src/auth.*") == verdict::yes);
  CHECK(patterns_intersect("src/**", "src/routes/*.ts") == verdict::yes);
  CHECK(patterns_intersect("**/auth.ts", "src/**") == verdict::yes);
  CHECK(patterns_intersect("a/**/c", "*/b/*") == verdict::yes);
  CHECK(patterns_intersect("src/*.ts", "src/*.js") == verdict::no);
  CHECK(patterns_intersect("src/*", "src/*/*") == verdict::no);
  CHECK(patterns_intersect("a/**/c", "*/b") == verdict::no);
  CHECK(patterns_intersect("src/a.ts", "src/a.ts") == verdict::yes);
}

TEST_CASE("patterns too long to compare are undecidable unless they begin differently", "[O-076]") {
  std::string big = "src";
  while (big.size() <= longest_compared_pattern)
    big += "/*a*";
  CHECK(patterns_intersect(big, "src/**") == verdict::undecidable);
  CHECK(patterns_intersect("src/**", big) == verdict::undecidable);
  CHECK(patterns_intersect(big, "docs/**") == verdict::no);
  CHECK(pattern_contains("src/**", big) == verdict::undecidable);
  CHECK(pattern_matches("src/**", "src/" + std::string(longest_compared_pattern, 'a')) == verdict::undecidable);
  CHECK(pattern_matches("docs/**", "src/" + std::string(longest_compared_pattern, 'a')) == verdict::no);
}

TEST_CASE("the longest patterns that are compared are compared in no time", "[O-076]") {
  std::string stars, runs;
  while (stars.size() + 8 < longest_compared_pattern) {
    stars += "*a*b";
    runs += "**/a*/";
  }
  CHECK(patterns_intersect(stars + "c", stars + "d") == verdict::no);
  CHECK(pattern_matches(stars + "c", std::string(longest_compared_pattern / 2, 'a')) == verdict::no);
  runs.resize(longest_compared_pattern - 2);
  CHECK(patterns_intersect(runs + "/c", runs + "/d") == verdict::no);
}

TEST_CASE("a pattern contains an equal or narrower one", "[O-070]") {
  CHECK(pattern_contains("src/**", "src/routes/*.ts") == verdict::yes);
  CHECK(pattern_contains("src/**", "src/**") == verdict::yes);
  CHECK(pattern_contains("src/*", "src/a*b") == verdict::yes);
  CHECK(pattern_contains("**", "*/**") == verdict::yes);
  CHECK(pattern_contains("*/**", "**") == verdict::yes);
  CHECK(pattern_contains("a/**/*", "a/*/**") == verdict::yes);
  CHECK(pattern_contains("src/*", "src/**") == verdict::no);
  CHECK(pattern_contains("src/a*b", "src/*") == verdict::no);
  CHECK(pattern_contains("src/a.ts", "src/*.ts") == verdict::no);
  CHECK(pattern_contains("src/*.ts", "src/a.ts") == verdict::yes);
}

TEST_CASE("what can be neither shown nor refuted is undecidable", "[O-070]") {
  CHECK(pattern_contains("*/**", "**/a") == verdict::undecidable);
}

TEST_CASE("the literal prefix is what every match begins with", "[15.2.1.2-03]") {
  CHECK(literal_prefix("src/api/**") == "src/api");
  CHECK(literal_prefix("src/api/*") == "src/api/");
  CHECK(literal_prefix("src/api-*/x") == "src/api-");
  CHECK(literal_prefix("src/**/x") == "src");
  CHECK(literal_prefix("src/**x") == "src/");
  CHECK(literal_prefix("**/x").empty());
  CHECK(literal_prefix("src/a.ts") == "src/a.ts");
}

TEST_CASE("patterns agree with trying every path of a small world", "[15.2.1.2-01][15.2.1.2-02][15.2.1.2-03][O-076]") {
  CHECK(rc::check("matching", [] {
    const auto pattern = *small_pattern();
    const auto path = *rc::gen::elementOf(small_world());
    RC_ASSERT((pattern_matches(joined(pattern), joined(path)) == verdict::yes) == fits(pattern, 0, path, 0));
    RC_ASSERT(!fits(pattern, 0, path, 0) || joined(path).starts_with(literal_prefix(joined(pattern))));
  }));
  CHECK(rc::check("intersection", [] {
    const auto a = *small_pattern(), b = *small_pattern();
    const bool expected = std::any_of(small_world().begin(), small_world().end(),
                                      [&](const auto& path) { return fits(a, 0, path, 0) && fits(b, 0, path, 0); });
    RC_CLASSIFY(expected, "some path matches both");
    RC_ASSERT(patterns_intersect(joined(a), joined(b)) == (expected ? verdict::yes : verdict::no));
    RC_ASSERT(patterns_intersect(joined(b), joined(a)) == patterns_intersect(joined(a), joined(b)));
  }));
  CHECK(rc::check("containment", [] {
    const auto outer = *small_pattern(), inner = *small_pattern();
    const bool refuted = std::any_of(small_world().begin(), small_world().end(), [&](const auto& path) {
      return fits(inner, 0, path, 0) && !fits(outer, 0, path, 0);
    });
    const auto answer = pattern_contains(joined(outer), joined(inner));
    RC_CLASSIFY(answer == verdict::undecidable, "undecidable");
    RC_ASSERT(answer != verdict::yes || !refuted);
    RC_ASSERT(answer != verdict::no || refuted);
  }));
}
