// The resource registry: from aliases to canonical URIs (SPEC 15.2.3).
#include "protocol/resource_registry.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

using uris = std::vector<std::string>;

const std::string auth = "resource://project/src/routes/auth.ts";
const std::string users = "resource://project/db/users";

resource_registry example() {
  return resource_registry({
      {auth,
       {{"file_set", "./src//routes/auth.ts"}, {"entity_set", "api.auth"}, {"resource_path", "src/routes/auth.*"}}},
      {users, {{"entity_set", "users"}, {"task_set", "TASK-7"}, {"entity_set", "api.auth"}, {"query", "SELECT 1"}}},
  });
}

} // namespace

TEST_CASE("the registry resolves aliases of a kind to URIs", "[15.2.3-01][15.2.3-02]") {
  const auto registry = example();
  CHECK(registry.uris_of("file_set", "src/routes/auth.ts") == uris{auth});
  CHECK(registry.uris_of("file_set", "src/routes//auth.ts/") == uris{auth});
  CHECK(registry.uris_of("resource_path", "src/routes/auth.*") == uris{auth});
  CHECK(registry.uris_of("entity_set", "api.auth") == uris{users, auth});
  CHECK(registry.uris_of("entity_set", "./users").empty());
  CHECK(registry.uris_of("task_set", "users").empty());
  CHECK(registry.mappings().size() == 2);
}

TEST_CASE("a scope is resolved even if its sender gave no URIs", "[15.2.3-03]") {
  const auto registry = example();
  const auto resolved = resolve(file_set({"src/routes/auth.ts"}), &registry);
  CHECK(resolved.uris == uris{auth});
  CHECK(resolved.complete);
  CHECK(resolve(resource_path("src/routes/auth.*"), &registry).uris == uris{auth});
}

TEST_CASE("a scope is complete only when the registry knows every entry", "[15.2.3-03]") {
  const auto registry = example();
  const auto resolved = resolve(file_set({"src/routes/auth.ts", "README"}), &registry);
  CHECK(resolved.uris == uris{auth});
  CHECK_FALSE(resolved.complete);
}

TEST_CASE("URIs that were sent stand beside those of the registry", "[15.2.2-03][15.2.3-03]") {
  const auto registry = example();
  auto s = file_set({"src/routes/auth.ts"});
  s.canonical_uris = {"urn:x", users, "urn:x"};
  const auto resolved = resolve(s, &registry);
  CHECK(resolved.uris == uris{users, auth, "urn:x"});
  CHECK(resolved.complete);
}

TEST_CASE("a session without registry resolves nothing", "[15.2.3-04]") {
  const auto resolved = resolve(file_set({"src/routes/auth.ts"}), nullptr);
  CHECK(resolved.uris.empty());
  CHECK_FALSE(resolved.complete);
}

TEST_CASE("a query's expression can be an alias as a whole", "[15.2.3-03]") {
  const auto registry = example();
  scope s;
  s.kind = scope_kind::query;
  s.kind_text = "query";
  s.expression = "SELECT 1";
  CHECK(resolve(s, &registry).uris == uris{users});
}

TEST_CASE("an operation's target is looked up under every kind", "[O-115]") {
  const auto registry = example();
  CHECK(registry.uris_of_target("src/routes/auth.ts") == uris{auth});
  CHECK(registry.uris_of_target("api.auth") == uris{users, auth});
  CHECK(registry.uris_of_target("TASK-7") == uris{users});
  CHECK(registry.uris_of_target("nothing").empty());
}
