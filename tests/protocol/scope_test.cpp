// The scope object: its kinds, what is wrong with one, when two are the same (SPEC 15.2).
#include "protocol/scope.hpp"

#include "tests/protocol/scope_generators.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

scope opaque(std::string kind) {
  scope s;
  s.kind = scope_kind_of(kind);
  s.kind_text = std::move(kind);
  return s;
}

} // namespace

TEST_CASE("the six kinds of scopes are known", "[15.2-02]") {
  CHECK(scope_kind_of("file_set") == scope_kind::file_set);
  CHECK(scope_kind_of("resource_path") == scope_kind::resource_path);
  CHECK(scope_kind_of("task_set") == scope_kind::task_set);
  CHECK(scope_kind_of("query") == scope_kind::query);
  CHECK(scope_kind_of("entity_set") == scope_kind::entity_set);
  CHECK(scope_kind_of("custom") == scope_kind::custom);
}

TEST_CASE("other kinds are opaque and keep their word", "[15.2-03][15.2-04]") {
  const auto s = opaque("region");
  CHECK(s.kind == scope_kind::unknown);
  CHECK(s.kind_text == "region");
  CHECK(is_opaque(s.kind));
  CHECK_FALSE(problems(s));
  CHECK(scope_kind_of("File_Set") == scope_kind::unknown);
}

TEST_CASE("a scope without kind is refused", "[15.2-01][13.1.Scope-01]") {
  CHECK(problems(scope{}) == "scope.kind is empty");
}

TEST_CASE("an empty list is refused", "[O-074][13.1.Scope-02][13.1.Scope-04][13.1.Scope-07]") {
  CHECK(problems(file_set({})) == "scope.resources is empty");
  CHECK(problems(task_set({})) == "scope.task_ids is empty");
  CHECK(problems(entity_set({})) == "scope.entities is empty");
  CHECK_FALSE(problems(file_set({"a"})));
  CHECK_FALSE(problems(task_set({"a"})));
  CHECK_FALSE(problems(entity_set({"a"})));
}

TEST_CASE("a path that is empty once normalised is refused by its place", "[O-075]") {
  CHECK(problems(file_set({"a", "./"})) == "scope.resources[1] names no path: \"./\"");
  CHECK(problems(resource_path("//")) == "scope.pattern names no path: \"//\"");
}

TEST_CASE("each kind needs its own members", "[13.1.Scope-03][13.1.Scope-05][13.1.Scope-06]") {
  scope pattern = resource_path("a");
  pattern.pattern.reset();
  CHECK(problems(pattern) == "scope.pattern is missing");
  scope query = opaque("query");
  CHECK(problems(query) == "scope.expression is missing");
  query.expression = "x";
  CHECK(problems(query) == "scope.language is missing");
  query.language = "sql";
  CHECK_FALSE(problems(query));
  CHECK_FALSE(problems(opaque("custom")));
}

TEST_CASE("entries are what is compared", "[15.2.1.1-01][15.2.1.1-06][15.2.1.1-07]") {
  CHECK(entries(file_set({"b/", "./a", "a"})) == std::vector<std::string>{"a", "b"});
  CHECK(entries(task_set({"./t", "T"})) == std::vector<std::string>{"./t", "T"});
  CHECK(entries(resource_path("./a//*")) == std::vector<std::string>{"a/*"});
  CHECK(entries(opaque("region")).empty());
}

TEST_CASE("the same scope is recognised in another spelling", "[O-085]") {
  CHECK(same_scope(file_set({"a", "b"}), file_set({"b/", "./a", "a"})));
  CHECK_FALSE(same_scope(file_set({"a"}), file_set({"a", "b"})));
  CHECK_FALSE(same_scope(task_set({"a"}), entity_set({"a"})));
  CHECK_FALSE(same_scope(opaque("region"), opaque("topic")));
  auto query = opaque("query");
  query.expression = "x";
  auto other = query;
  CHECK(same_scope(query, other));
  other.expression = "y";
  CHECK_FALSE(same_scope(query, other));
  auto with_uris = query;
  with_uris.canonical_uris = {"urn:a", "urn:b"};
  CHECK_FALSE(same_scope(query, with_uris));
  query.canonical_uris = {"urn:b", "urn:a", "urn:a"};
  CHECK(same_scope(query, with_uris));
}

TEST_CASE("the generated scopes are all acceptable", "[15.2-01]") {
  CHECK(rc::check([](const scope& s) { RC_ASSERT(!problems(s)); }));
}
