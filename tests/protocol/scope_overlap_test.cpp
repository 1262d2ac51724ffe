// How two scopes overlap (SPEC 15.2.1, 15.2.2).
#include "protocol/resource_registry.hpp"
#include "protocol/scope.hpp"
#include "protocol/scope_pattern.hpp"

#include "tests/protocol/scope_generators.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace mpac::protocol;

namespace {

using names = std::vector<std::string>;

constexpr auto none = overlap_certainty::none;
constexpr auto possible = overlap_certainty::possible;
constexpr auto certain = overlap_certainty::certain;

scope opaque(std::string kind) {
  scope s;
  s.kind = scope_kind_of(kind);
  s.kind_text = std::move(kind);
  return s;
}

scope with_uris(scope s, names uris) {
  s.canonical_uris = std::move(uris);
  return s;
}

} // namespace

TEST_CASE("file sets overlap exactly when their normalised paths intersect", "[15.2.1.1-01]") {
  const auto found = overlap(file_set({"./src//a.ts", "b"}), file_set({"src/a.ts/", "c"}));
  CHECK(found == scope_overlap{certain, overlap_basis::listed_entries, {"src/a.ts"}});
  CHECK(found.locks());
  CHECK_FALSE(overlap(file_set({"a"}), file_set({"b"})));
}

TEST_CASE("file sets compare byte by byte and directories contain nothing", "[15.2.1.1-05][O-075]") {
  CHECK_FALSE(overlap(file_set({"src/A"}), file_set({"src/a"})));
  CHECK_FALSE(overlap(file_set({"src"}), file_set({"src/a"})));
  CHECK_FALSE(overlap(file_set({"a/../b"}), file_set({"b"})));
}

TEST_CASE("a star in a file set is a character like any other", "[15.2.1.1-05]") {
  CHECK_FALSE(overlap(file_set({"src/*"}), file_set({"src/a"})));
}

TEST_CASE("entity sets overlap exactly when their entities intersect", "[15.2.1.1-06]") {
  CHECK(overlap(entity_set({"users", "x"}), entity_set({"y", "users"})).shared == names{"users"});
  CHECK_FALSE(overlap(entity_set({"users"}), entity_set({"Users"})));
  CHECK_FALSE(overlap(entity_set({"./users"}), entity_set({"users"})));
}

TEST_CASE("task sets overlap exactly when their task ids intersect", "[15.2.1.1-07]") {
  CHECK(overlap(task_set({"t1"}), task_set({"t1"})).certainty == certain);
  CHECK_FALSE(overlap(task_set({"t1"}), task_set({"T1"})));
}

TEST_CASE("patterns overlap when a resource matches both, without locking", "[15.2.1.2-03][O-084]") {
  const auto found = overlap(resource_path("./src/**"), resource_path("src/api/*"));
  CHECK(found == scope_overlap{certain, overlap_basis::patterns, {"src/api/*"}});
  CHECK_FALSE(found.locks());
  CHECK(overlap(resource_path("*/b"), resource_path("a/*")).shared == names{"*/b", "a/*"});
  CHECK_FALSE(overlap(resource_path("src/*"), resource_path("docs/*")));
}

TEST_CASE("patterns too long to compare possibly overlap", "[O-076]") {
  const auto found = overlap(resource_path("a/**"), resource_path("a/*" + std::string(longest_compared_pattern, 'x')));
  CHECK(found.certainty == possible);
  CHECK(found.basis == overlap_basis::guess);
}

TEST_CASE("queries and custom scopes possibly overlap unless URIs decide", "[15.2.1.2-04][15.2.1.2-05]") {
  for (const auto* kind : {"query", "custom", "region"}) {
    const auto s = opaque(kind);
    CHECK(overlap(s, s).certainty == possible);
    CHECK(overlap(with_uris(s, {"urn:a"}), s).certainty == possible);
    CHECK_FALSE(overlap(with_uris(s, {"urn:a"}), with_uris(s, {"urn:b"})));
    CHECK(overlap(with_uris(s, {"urn:a"}), with_uris(s, {"urn:b", "urn:a"})).certainty == certain);
  }
}

TEST_CASE("different kinds alone never mean no overlap", "[15.2.1.3-01]") {
  CHECK(overlap(file_set({"src/auth.ts"}), entity_set({"api.auth"})).certainty == possible);
  CHECK(overlap(task_set({"t"}), opaque("region")).certainty == possible);
}

TEST_CASE("canonical URIs decide across kinds", "[15.2.1.3-02][15.2.2-03][15.2.2-04]") {
  const auto file = with_uris(file_set({"src/auth.ts"}), {"resource://p/src/auth.ts", "urn:x"});
  const auto entity = with_uris(entity_set({"api.auth"}), {"resource://p/src/auth.ts"});
  const auto found = overlap(file, entity);
  CHECK(found == scope_overlap{certain, overlap_basis::canonical_uris, {"resource://p/src/auth.ts"}});
  CHECK(found.locks());
  CHECK_FALSE(overlap(file, with_uris(entity_set({"other"}), {"resource://p/other"})));
}

TEST_CASE("canonical URIs are compared as they are, whatever their scheme", "[15.2.2-05][15.2.2-06][15.2.2-07]") {
  const auto a = with_uris(opaque("custom"), {"https://h/A"});
  CHECK_FALSE(overlap(a, with_uris(opaque("query"), {"https://h/a"})));
  CHECK_FALSE(overlap(a, with_uris(opaque("query"), {"https://h/A/"})));
  CHECK(overlap(a, with_uris(opaque("query"), {"https://h/A"})).certainty == certain);
}

TEST_CASE("the registry decides across kinds where no URIs were sent", "[15.2.1.3-02][15.2.3-03]") {
  const resource_registry registry(
      {{"urn:auth", {{"file_set", "auth.ts"}, {"entity_set", "auth"}}}, {"urn:users", {{"entity_set", "users"}}}});
  CHECK(overlap(file_set({"./auth.ts"}), entity_set({"auth"}), &registry).shared == names{"urn:auth"});
  CHECK_FALSE(overlap(file_set({"auth.ts"}), entity_set({"users"}), &registry));
  CHECK(overlap(file_set({"auth.ts", "unlisted"}), entity_set({"users"}), &registry).certainty == possible);
}

TEST_CASE("within one listed kind only the listed names count", "[O-079][15.2.1.1-01]") {
  CHECK_FALSE(overlap(with_uris(file_set({"a"}), {"urn:x"}), with_uris(file_set({"b"}), {"urn:x"})));
  CHECK(overlap(with_uris(file_set({"a"}), {"urn:x"}), with_uris(file_set({"a"}), {"urn:y"})).certainty == certain);
}

TEST_CASE("for patterns URIs come first, then the patterns", "[O-079][15.2.2-08]") {
  const auto a = resource_path("src/*"), b = resource_path("docs/*");
  CHECK(overlap(with_uris(a, {"urn:x"}), with_uris(b, {"urn:x"})).locks());
  CHECK(overlap(with_uris(a, {"urn:x"}), with_uris(a, {"urn:y"})).basis == overlap_basis::patterns);
  CHECK_FALSE(overlap(with_uris(a, {"urn:x"}), b));
}

TEST_CASE("files and a pattern possibly overlap when it matches one of them", "[15.2.1.3-03][O-077]") {
  const auto found = overlap(resource_path("src/**"), file_set({"src/a.ts", "README"}));
  CHECK(found == scope_overlap{possible, overlap_basis::guess, {"src/a.ts"}});
  CHECK(overlap(resource_path("docs/**"), file_set({"src/a.ts"})).certainty == none);
}

TEST_CASE("what two scopes share can be frozen", "[18.6.2][O-133]") {
  CHECK(shared_parts(file_set({"a", "b"}), file_set({"b", "c"})) == std::vector{file_set({"b"})});
  CHECK(shared_parts(task_set({"a"}), task_set({"a"})) == std::vector{task_set({"a"})});
  CHECK(shared_parts(entity_set({"a"}), entity_set({"a"})) == std::vector{entity_set({"a"})});
  CHECK(shared_parts(file_set({"a"}), file_set({"c"})).empty());
  CHECK(shared_parts(resource_path("src/**"), resource_path("src/a/*")) == std::vector{resource_path("src/a/*")});
  CHECK(shared_parts(resource_path("src/**"), file_set({"src/a", "b"})) == std::vector{file_set({"src/a"})});
}

TEST_CASE("what can't be told apart is frozen whole", "[O-133]") {
  const auto a = resource_path("*/b"), b = resource_path("a/*");
  CHECK(shared_parts(a, b) == std::vector{a, b});
  const auto file = with_uris(file_set({"a", "b"}), {"urn:x", "urn:y"});
  const auto entity = with_uris(entity_set({"e"}), {"urn:x"});
  CHECK(shared_parts(file, entity) == std::vector{file, entity});
  CHECK(shared_parts(opaque("custom"), entity) == std::vector{opaque("custom"), entity});
}

TEST_CASE("the registry tells which entries stand for the shared URIs", "[O-133][15.2.3-03]") {
  const resource_registry registry({{"urn:a", {{"file_set", "a"}, {"entity_set", "e"}}}});
  const auto parts = shared_parts(file_set({"a", "b"}), entity_set({"e", "f"}), &registry);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0] == with_uris(file_set({"a"}), {"urn:a"}));
  CHECK(parts[1] == with_uris(entity_set({"e"}), {"urn:a"}));
}

TEST_CASE("overlap is symmetric, and every scope overlaps itself", "[15.2.1.1-01][15.2.1.3-01][15.2.2-04]") {
  const auto registry = mpac::tests::small_registry();
  CHECK(rc::check([&](const scope& a, const scope& b, bool with_registry) {
    const auto* known = with_registry ? registry.get() : nullptr;
    const auto found = overlap(a, b, known);
    RC_CLASSIFY(bool(found), "overlapping");
    RC_ASSERT(found == overlap(b, a, known));
    RC_ASSERT(overlap(a, a, known).certainty != none);
    RC_ASSERT(bool(found) == (found.basis != overlap_basis::nothing));
    RC_ASSERT((found.certainty == certain) == (bool(found) && found.basis != overlap_basis::guess));
    RC_ASSERT(shared_parts(a, b, known).empty() == !found);
    RC_ASSERT(std::is_sorted(found.shared.begin(), found.shared.end()));
  }));
}

TEST_CASE("URIs in common mean overlap unless both list names of one kind", "[15.2.2-04][O-079]") {
  CHECK(rc::check([](const scope& a, const scope& b) {
    RC_PRE(a.kind != b.kind || !is_listed(a.kind));
    const bool in_common = std::any_of(a.canonical_uris.begin(), a.canonical_uris.end(), [&](const auto& uri) {
      return std::count(b.canonical_uris.begin(), b.canonical_uris.end(), uri) > 0;
    });
    RC_ASSERT(in_common == overlap(a, b).locks());
  }));
}
