// The index finds what comparing with everyone would find (SPEC 15.2.1), at a cost that follows what is near.
#include "protocol/scope_index.hpp"

#include "protocol/resource_registry.hpp"
#include "tests/protocol/scope_generators.hpp"
#include "tests/support/catch.hpp"

#include <malloc.h>

#include <map>
#include <string>

using namespace mpac::protocol;

namespace {

using slots = std::vector<scope_index::slot>;
using population = std::map<scope_index::slot, scope>;

slots overlapping(const slots& among, const population& live, const scope& s, const resource_registry* registry,
                  overlap_certainty at_least) {
  slots found;
  for (const auto slot : among)
    if (overlap(live.at(slot), s, registry).certainty >= at_least)
      found.push_back(slot);
  return found;
}

slots all_of(const population& live) {
  slots all;
  for (const auto& [slot, s] : live)
    all.push_back(slot);
  return all;
}

std::string name(const char* before, std::uint32_t number, const char* after) {
  return before + std::to_string(number) + after;
}

} // namespace

TEST_CASE("the index finds the holders of a path however it is spelled", "[15.2.1.1-01]") {
  scope_index index;
  index.insert(3, file_set({"a", "b"}));
  index.insert(1, file_set({"./b/", "b"}));
  index.insert(2, file_set({"c"}));
  CHECK(index.candidates(file_set({"b"})) == slots{1, 3});
  index.erase(1, file_set({"./b/", "b"}));
  CHECK(index.candidates(file_set({"b"})) == slots{3});
  CHECK(index.size() == 2);
}

TEST_CASE("the index finds scopes of other kinds by their URIs", "[15.2.1.3-02][15.2.2-04]") {
  scope_index index;
  auto entity = entity_set({"auth"});
  entity.canonical_uris = {"urn:auth"};
  index.insert(7, entity);
  auto file = file_set({"auth.ts"});
  file.canonical_uris = {"urn:auth"};
  CHECK(index.candidates(file, guesses::left_out) == slots{7});
  file.canonical_uris = {"urn:other"};
  CHECK(index.candidates(file).empty());
}

TEST_CASE("guesses can be left out", "[O-077]") {
  scope_index index;
  index.insert(1, entity_set({"auth"}));
  index.insert(2, resource_path("src/**"));
  CHECK(index.candidates(file_set({"src/a"})) == slots{1, 2});
  CHECK(index.candidates(file_set({"src/a"}), guesses::left_out).empty());
  CHECK(index.candidates(file_set({"docs/a"})) == slots{1});
}

TEST_CASE("erasing what is not there changes nothing", "[15.2.1.1-01]") {
  scope_index index;
  index.insert(1, file_set({"a"}));
  index.erase(2, file_set({"a"}));
  CHECK(index.size() == 1);
  CHECK(index.candidates(file_set({"a"})) == slots{1});
}

TEST_CASE("the index agrees with comparing with everyone", "[15.2.1.1-01][15.2.1.2-03][15.2.1.3-01][15.2.2-04]") {
  CHECK(rc::check([](bool with_registry) {
    const auto registry = with_registry ? mpac::tests::small_registry() : nullptr;
    scope_index index(registry);
    population live;
    for (int step = *rc::gen::inRange(0, 40); step-- > 0;) {
      const auto slot = *rc::gen::inRange<scope_index::slot>(0, 12);
      if (const auto held = live.find(slot); held != live.end()) {
        index.erase(slot, held->second);
        live.erase(held);
      } else {
        index.insert(slot, live[slot] = *mpac::tests::any_scope());
      }
    }
    RC_ASSERT(index.size() == live.size());
    const auto s = *mpac::tests::any_scope();
    for (const auto wanted : {guesses::included, guesses::left_out}) {
      const auto level = wanted == guesses::included ? overlap_certainty::possible : overlap_certainty::certain;
      const auto expected = overlapping(all_of(live), live, s, registry.get(), level);
      RC_ASSERT(overlapping(index.candidates(s, wanted), live, s, registry.get(), level) == expected);
    }
    for (const auto& [slot, held] : live)
      index.erase(slot, held);
    RC_ASSERT(index.size() == 0U);
    RC_ASSERT(index.candidates(s).empty());
  }));
}

TEST_CASE("scopes elsewhere are not even looked at", "[15.2.1.1-01][15.2.1.2-03]") {
  scope_index index;
  std::uint32_t slot = 0;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    index.insert(slot++, resource_path(name("src/module-", i, "-end/**")));
    index.insert(slot++, resource_path(name("docs/", i, "-*")));
  }
  const auto wide = slot++;
  index.insert(wide, resource_path("src/**"));
  CHECK(index.candidates(resource_path("src/module-77-end/api/*")) == slots{154, wide});
  CHECK(index.candidates(resource_path("test/**")).empty());
  CHECK(index.candidates(resource_path("docs/5-x")) == slots{11});
  CHECK(index.candidates(resource_path("docs/**")).size() == 2000);
}

TEST_CASE("memory is given back when scopes go") {
  constexpr std::uint32_t many = 20'000;
  scope_index index;
  index.insert(many, file_set({"stays"}));
  const auto before = mallinfo2().uordblks;
  for (std::uint32_t i = 0; i < many; ++i)
    index.insert(i, file_set({name("src/a/long/enough/path/", i, ".ts")}));
  for (std::uint32_t i = 0; i < many; ++i)
    index.erase(i, file_set({name("src/a/long/enough/path/", i, ".ts")}));
  CHECK(mallinfo2().uordblks <= before + 16 * 1024);
  CHECK(index.candidates(file_set({"stays"})) == slots{many});
}
