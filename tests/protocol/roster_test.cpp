#include "protocol/roster.hpp"

#include "tests/support/catch.hpp"

#include <string>

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
  people.change(principal_id("a"), [](participant_record& who) { who.seat = 0; });
  CHECK(people.seated() == 1);
  people.change(principal_id("a"), [](participant_record& who) { who.seat = 0; });
  CHECK(people.seated() == 1);
  people.put(somebody("a", 4));
  CHECK(people.seated() == 2);
  CHECK(people.find(principal_id("nobody")) == nullptr);
}

TEST_CASE("who is at work, available and present is counted as people change", "[9.6.1-07][13.1.SESSION_INFO-10]") {
  roster people;
  people.put(somebody("a", 1));
  people.put(somebody("b", 2));
  const principal_id a("a");
  people.change(a, [](participant_record& who) { who.status = "working"; });
  CHECK(people.busy() == 1);
  people.change(a, [](participant_record& who) { who.status = "awaiting_review"; });
  CHECK(people.busy() == 0);
  people.change(a, [](participant_record& who) { who.status = "blocked"; });
  CHECK(people.busy() == 1);
  people.change(a, [](participant_record& who) { who.is_available = false; });
  CHECK(people.busy() == 0);
  CHECK(people.available() == 1);
  CHECK(people.present() == 2);
  people.change(a, [](participant_record& who) { who.departed = true; });
  CHECK(people.present() == 1);
}

TEST_CASE("holders of a role are counted once each, and not behind their departure", "[23.1.5-03]") {
  roster people;
  auto owner = somebody("a", 1);
  owner.roles = {"owner", "owner", "reviewer"};
  people.put(owner);
  CHECK(people.holders("owner") == 1);
  CHECK(people.holders("arbiter") == 0);
  people.change(principal_id("a"), [](participant_record& who) { who.departed = true; });
  CHECK(people.holders("owner") == 0);
}

TEST_CASE("of those who are gone the last stay, of those who are needed all", "[8.1-03]") {
  roster people;
  people.put(somebody("here", 1));
  const auto needed = [](const principal_id& who) { return who == principal_id("p0"); };
  for (int i = 0; i < 100; ++i) {
    auto gone = somebody(("p" + std::to_string(i)).c_str(), 0);
    gone.departed = i % 2 == 0;
    gone.is_available = false;
    people.put(gone);
    people.forget_beyond(10, needed);
    CHECK(people.size() <= 13);
  }
  CHECK(people.find(principal_id("here")));
  CHECK(people.find(principal_id("p0")));
  CHECK(people.find(principal_id("p99")));
  CHECK_FALSE(people.find(principal_id("p50")));
  // Who comes back is not forgotten.
  people.put(somebody("p99", 7));
  people.forget_beyond(0, needed);
  people.forget_beyond(0, needed);
  people.forget_beyond(0, needed);
  CHECK(people.find(principal_id("p99")));
  CHECK(people.find(principal_id("here")));
  CHECK(people.size() == 3);
}
