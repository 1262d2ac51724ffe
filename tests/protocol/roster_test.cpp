#include "protocol/roster.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

participant_record somebody(const char* id, seat_number seat) {
  participant_record who;
  who.principal_id = principal_id(id);
  who.seat = seat;
  return who;
}

} // namespace

TEST_CASE("observers do nothing, each role above adds its own right", "[18.2-01][18.2-02][18.2-04][18.2-05]") {
  struct row {
    const char* role;
    bool act, review, resolve, arbitrate;
  };
  constexpr row table[] = {
      {"observer", false, false, false, false}, {"contributor", true, false, false, false},
      {"reviewer", true, true, false, false},   {"owner", true, true, true, false},
      {"arbiter", true, true, true, true},      {"participant", true, false, false, false},
  };
  for (const auto& [role, act, review, resolve, arbitrate] : table) {
    CAPTURE(role);
    const auto has = rights_of({role});
    CHECK(has.act == act);
    CHECK(has.review == review);
    CHECK(has.resolve == resolve);
    CHECK(has.arbitrate == arbitrate);
  }
}

TEST_CASE("several roles give the union of their rights, none gives none", "[18.2-01]") {
  const auto both = rights_of({"observer", "owner"});
  CHECK(both.act);
  CHECK(both.resolve);
  CHECK_FALSE(rights_of({}).act);
}

TEST_CASE("a returning participant keeps its place, and seats are counted") {
  roster people;
  people.put(somebody("a", 1));
  people.put(somebody("b", 2));
  CHECK(people.seated() == 2);
  people.put(somebody("a", 3));
  CHECK(people.size() == 2);
  CHECK(people.seated() == 2);
  CHECK(people.begin()->seat == 3);
  people.seat(*people.find(principal_id("a")), 0);
  CHECK(people.seated() == 1);
  people.seat(*people.find(principal_id("a")), 0);
  CHECK(people.seated() == 1);
  people.put(somebody("a", 4));
  CHECK(people.seated() == 2);
  CHECK(people.find(principal_id("nobody")) == nullptr);
}
