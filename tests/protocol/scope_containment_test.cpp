// What lies inside a scope: narrower scopes and the targets of operations (SPEC 14.7.4, 16.9, 18.6.2).
#include "protocol/resource_registry.hpp"
#include "protocol/scope.hpp"

#include "tests/protocol/scope_generators.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

constexpr auto no = verdict::no;
constexpr auto yes = verdict::yes;
constexpr auto undecidable = verdict::undecidable;

scope opaque(std::string kind) {
  scope s;
  s.kind = scope_kind_of(kind);
  s.kind_text = std::move(kind);
  return s;
}

scope with_uris(scope s, std::vector<std::string> uris) {
  s.canonical_uris = std::move(uris);
  return s;
}

} // namespace

TEST_CASE("a claim may list the same names or fewer", "[O-070]") {
  CHECK(contains(file_set({"a", "b/"}), file_set({"./b"})) == yes);
  CHECK(contains(file_set({"a", "b"}), file_set({"b", "a"})) == yes);
  CHECK(contains(file_set({"a"}), file_set({"a", "b"})) == no);
  CHECK(contains(task_set({"t"}), task_set({"t"})) == yes);
  CHECK(contains(entity_set({"e"}), entity_set({"E"})) == no);
}

TEST_CASE("a claim may narrow a pattern", "[O-070]") {
  CHECK(contains(resource_path("src/**"), resource_path("src/api/*")) == yes);
  CHECK(contains(resource_path("src/*"), resource_path("src/**")) == no);
  CHECK(contains(resource_path("src/**"), file_set({"src/a", "src/b"})) == yes);
  CHECK(contains(resource_path("src/**"), file_set({"src/a", "docs/b"})) == no);
  CHECK(contains(file_set({"src/a"}), resource_path("src/*")) == no);
  CHECK(contains(file_set({"src/a"}), resource_path("src/a")) == yes);
}

TEST_CASE("scopes that can't be compared are left to people", "[O-070]") {
  CHECK(contains(opaque("custom"), file_set({"a"})) == undecidable);
  CHECK(contains(file_set({"a"}), entity_set({"a"})) == undecidable);
  auto query = opaque("query"), other = query;
  other.expression = "x";
  CHECK(contains(query, other) == undecidable);
  CHECK(contains(query, query) == yes);
}

TEST_CASE("URIs decide where names can't", "[O-070][15.2.2-03]") {
  CHECK(contains(with_uris(opaque("custom"), {"urn:a", "urn:b"}), with_uris(entity_set({"e"}), {"urn:a"})) == yes);
  CHECK(contains(with_uris(opaque("custom"), {"urn:a"}), with_uris(entity_set({"e"}), {"urn:a", "urn:b"})) == no);
  CHECK(contains(with_uris(opaque("custom"), {"urn:a"}), entity_set({"e"})) == undecidable);
  const resource_registry registry({{"urn:a", {{"file_set", "a"}, {"entity_set", "e"}}}});
  CHECK(contains(file_set({"a", "b"}), entity_set({"e"}), &registry) == undecidable);
  CHECK(contains(file_set({"a"}), entity_set({"e"}), &registry) == yes);
}

TEST_CASE("a scope lies inside several parts when each name lies in one of them") {
  const std::vector parts{file_set({"a"}), file_set({"b"}), resource_path("src/**")};
  CHECK(contains(parts, file_set({"a", "b", "src/x"})) == yes);
  CHECK(contains(parts, file_set({"a", "c"})) == no);
  CHECK(contains(parts, resource_path("src/x/*")) == yes);
  CHECK(contains(std::span<const scope>{}, file_set({"a"})) == no);
  CHECK(contains(std::vector{file_set({"a"}), opaque("custom")}, file_set({"a", "b"})) == undecidable);
}

TEST_CASE("an operation's target is compared as its scope's kind asks", "[16.9-01][O-115]") {
  CHECK(covers_target(file_set({"src/a.ts"}), "./src//a.ts") == yes);
  CHECK(covers_target(file_set({"src/a.ts"}), "src/b.ts") == no);
  CHECK(covers_target(resource_path("src/*.ts"), "./src/b.ts") == yes);
  CHECK(covers_target(resource_path("src/*.ts"), "src/b.js") == no);
  CHECK(covers_target(task_set({"t1"}), "t1") == yes);
  CHECK(covers_target(task_set({"t1"}), "./t1") == no);
  CHECK(covers_target(entity_set({"users"}), "users") == yes);
  CHECK(covers_target(opaque("query"), "users") == undecidable);
  CHECK(covers_target(opaque("region"), "users") == undecidable);
}

TEST_CASE("an operation's target may be covered by URI or registry", "[16.9-01][O-115]") {
  const resource_registry registry(
      {{"urn:a", {{"file_set", "a.ts"}, {"entity_set", "a"}}}, {"urn:b", {{"file_set", "b.ts"}}}});
  CHECK(covers_target(with_uris(opaque("custom"), {"urn:a"}), "urn:a") == yes);
  CHECK(covers_target(with_uris(opaque("custom"), {"urn:a"}), "./a.ts", &registry) == yes);
  CHECK(covers_target(with_uris(opaque("custom"), {"urn:a"}), "b.ts", &registry) == no);
  CHECK(covers_target(with_uris(opaque("custom"), {"urn:a"}), "c.ts", &registry) == undecidable);
  CHECK(covers_target(entity_set({"a"}), "a.ts", &registry) == yes);
}

TEST_CASE("containment implies overlap, and holds of itself", "[15.2.1.1-01]") {
  const auto registry = mpac::tests::small_registry();
  CHECK(rc::check([&](const scope& a, const scope& b, bool with_registry) {
    const auto* known = with_registry ? registry.get() : nullptr;
    const auto answer = contains(a, b, known);
    RC_CLASSIFY(answer == yes, "contained");
    RC_ASSERT(answer != yes || overlap(a, b, known));
    RC_ASSERT(contains(a, a, known) == yes);
  }));
}

TEST_CASE("what a narrower scope covers, the wider one covers", "[16.9-01]") {
  CHECK(rc::check([](scope a, scope b) {
    a.canonical_uris.clear();
    b.canonical_uris.clear();
    const bool is_narrower = contains(a, b) == yes;
    RC_CLASSIFY(is_narrower, "narrower");
    for (const auto* target : {"a", "a/b", "b", "b/c", "users", "t1", "src/x", "A"})
      RC_ASSERT(!is_narrower || covers_target(b, target) != yes || covers_target(a, target) == yes);
  }));
}
