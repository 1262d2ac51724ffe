#include "protocol/open_conflicts.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

conflict_record dispute_of(const char* id, std::vector<intent_id> about, std::uint64_t based_on) {
  conflict_record made;
  made.conflict_id = conflict_id(id);
  made.related_intents = std::move(about);
  made.based_on = based_on;
  made.intents_by_then = 3;
  return made;
}

intent_record intent_of(const intent_id& id, std::uint64_t order) {
  intent_record made;
  made.intent_id = id;
  made.order = order;
  return made;
}

} // namespace

TEST_CASE("open conflicts are found by id and by each of their intents", "[17.8.1-01]") {
  const intent_id a("a"), b("b"), c("c");
  open_conflicts open;
  open.add(dispute_of("ab", {a, b}, 2));
  open.add(dispute_of("ac", {a, c}, 1));
  CHECK(open.between(intent_of(a, 1), intent_of(b, 2)));
  CHECK(open.between(intent_of(b, 2), intent_of(a, 1)));
  CHECK_FALSE(open.between(intent_of(b, 2), intent_of(c, 3)));
  REQUIRE(open.about(a).size() == 2);
  CHECK(open.about(a).front()->conflict_id.str() == "ab");
  CHECK(open.all().front()->conflict_id.str() == "ac"); // by the clock they are based on

  CHECK(open.take(conflict_id("ab")).based_on == 2);
  CHECK(open.find(conflict_id("ab")) == nullptr);
  CHECK_FALSE(open.between(intent_of(a, 1), intent_of(b, 2)));
  CHECK(open.about(b).empty());
  CHECK(open.about(a).size() == 1);
  CHECK(open.size() == 1);
}

TEST_CASE("an intent that bears the id of an ended one is not in its dispute", "[17.8.1-01]") {
  const intent_id a("a"), b("b");
  open_conflicts open;
  open.add(dispute_of("ab", {a, b}, 2));
  CHECK(concerns(*open.find(conflict_id("ab")), intent_of(a, 3)));
  CHECK_FALSE(concerns(*open.find(conflict_id("ab")), intent_of(a, 4)));
  CHECK_FALSE(open.between(intent_of(a, 4), intent_of(b, 2)));
}
