#include "protocol/open_conflicts.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

conflict_record dispute_of(const char* id, std::vector<intent_id> about, std::uint64_t based_on) {
  conflict_record made;
  made.conflict_id = conflict_id(id);
  made.related_intents = std::move(about);
  made.based_on = based_on;
  return made;
}

} // namespace

TEST_CASE("open conflicts are found by id and by each of their intents", "[17.8.1-01]") {
  const intent_id a("a"), b("b"), c("c");
  open_conflicts open;
  open.add(dispute_of("ab", {a, b}, 2));
  open.add(dispute_of("ac", {a, c}, 1));
  CHECK(open.between(a, b));
  CHECK(open.between(b, a));
  CHECK_FALSE(open.between(b, c));
  REQUIRE(open.about(a).size() == 2);
  CHECK(open.about(a).front()->conflict_id.str() == "ab");
  CHECK(open.all().front()->conflict_id.str() == "ac"); // by the clock they are based on

  CHECK(open.take(conflict_id("ab")).based_on == 2);
  CHECK(open.find(conflict_id("ab")) == nullptr);
  CHECK_FALSE(open.between(a, b));
  CHECK(open.about(b).empty());
  CHECK(open.about(a).size() == 1);
  CHECK(open.size() == 1);
}
