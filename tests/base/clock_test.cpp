#include "base/clock.hpp"

#include "tests/support/catch.hpp"

#include <limits>

using namespace mpac::base;
using namespace std::chrono_literals;

TEST_CASE("seconds with fractions become microseconds", "[base]") {
  CHECK(from_seconds(0.25) == 250ms);
  CHECK(from_seconds(90) == 90s);
  CHECK(to_seconds(1500ms) == 1.5);
}

TEST_CASE("what is no positive number of seconds is no time at all", "[base]") {
  CHECK(from_seconds(0) == 0s);
  CHECK(from_seconds(-1) == 0s);
  CHECK(from_seconds(std::numeric_limits<double>::quiet_NaN()) == 0s);
}

TEST_CASE("a huge time is capped so that sums never overflow", "[base]") {
  const auto cap = from_seconds(1e300);
  CHECK(cap == from_seconds(std::numeric_limits<double>::infinity()));
  CHECK(now() + cap > now());
  CHECK(never + cap > never);
}

TEST_CASE("timestamps are RFC 3339 in UTC with Z and six digits", "[base][11.4-04]") {
  const instant leap_day{std::chrono::sys_days{std::chrono::year{2024} / 2 / 29} + 23h + 59min + 58s + 7us};
  CHECK(to_rfc3339(leap_day) == "2024-02-29T23:59:58.000007Z");
  CHECK(to_rfc3339(instant{}) == "1970-01-01T00:00:00.000000Z");
}

TEST_CASE("the time before 1970 is written properly too", "[base]") {
  CHECK(to_rfc3339(instant{-1us}) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("the clock never steps back", "[base]") {
  auto last = now();
  for (int i = 0; i < 1000; ++i) {
    const auto next = now();
    REQUIRE(next >= last);
    last = next;
  }
}
