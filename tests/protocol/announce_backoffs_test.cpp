// The memory of refused scopes (SPEC 15.3.1).
#include "protocol/announce_backoffs.hpp"

#include "tests/support/catch.hpp"

#include <chrono>
#include <string>

using namespace mpac;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

announce_backoff refused(const std::string& file, base::duration at, base::duration until, base::duration forget) {
  announce_backoff one;
  one.scope = file_set({file});
  one.refused_at = base::instant{at};
  one.until = base::instant{until};
  one.forget_at = base::instant{forget};
  return one;
}

const principal_id bob("bob");

} // namespace

TEST_CASE("a refused scope holds back what overlaps it, its owner alone, and until then", "[15.3.1-01][15.3.1-07]") {
  announce_backoffs all;
  CHECK(all.empty());
  all.start(bob, refused("a", 0s, 30s, 600s));
  CHECK(all.against(bob, file_set({"./a", "b"}), base::instant{29s}));
  CHECK_FALSE(all.against(bob, file_set({"b"}), base::instant{29s}));
  CHECK_FALSE(all.against(principal_id("alice"), file_set({"a"}), base::instant{29s}));
  CHECK_FALSE(all.against(bob, file_set({"a"}), base::instant{30s}));
  CHECK(all.refusals(bob, file_set({"a"}), base::instant{599s}) == 1);
  CHECK(all.refusals(bob, file_set({"a"}), base::instant{600s}) == 0);
}

TEST_CASE("what began after the wait and ended otherwise makes a refusal forgotten", "[15.3.1-03]") {
  announce_backoffs all;
  all.start(bob, refused("a", 0s, 30s, 600s));
  CHECK_FALSE(all.knows(bob, file_set({"a"}), base::instant{10s}));
  all.forget(bob, file_set({"a"}), base::instant{10s});
  CHECK_FALSE(all.empty());
  CHECK(all.knows(bob, file_set({"a"}), base::instant{30s}));
  all.forget(bob, file_set({"a"}), base::instant{30s});
  CHECK(all.empty());
}

TEST_CASE("of one principal only so many refusals are remembered") {
  announce_backoffs all;
  for (std::size_t i = 0; i <= backoffs_per_principal; ++i)
    all.start(bob, refused("f" + std::to_string(i), 0s, 30s, 600s));
  CHECK_FALSE(all.against(bob, file_set({"f0"}), base::instant{1s}));
  CHECK(all.against(bob, file_set({"f1"}), base::instant{1s}));
  // What is over makes room.
  all.start(bob, refused("late", 600s, 630s, 1200s));
  CHECK(all.refusals(bob, file_set({"f1"}), base::instant{20s}) == 0);
}
