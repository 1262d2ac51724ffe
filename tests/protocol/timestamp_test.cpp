#include "protocol/timestamp.hpp"

#include "tests/support/catch.hpp"

using namespace mpac;
using protocol::parse_timestamp;

namespace {

base::instant at(std::int64_t microseconds) {
  return base::instant{std::chrono::microseconds{microseconds}};
}

} // namespace

TEST_CASE("an RFC 3339 time is read with and without fraction", "[11.4-04]") {
  CHECK(parse_timestamp("1970-01-01T00:00:00Z") == at(0));
  CHECK(parse_timestamp("1970-01-01T00:00:01.5Z") == at(1'500'000));
  CHECK(parse_timestamp("2026-04-08T03:10:15.558848Z") == at(1'775'617'815'558'848));
  CHECK(parse_timestamp("2026-04-08T03:10:15.558848999Z") == at(1'775'617'815'558'848));
  CHECK(parse_timestamp("1969-12-31T23:59:59.999999Z") == at(-1));
}

TEST_CASE("an offset is taken off", "[11.4-04]") {
  CHECK(parse_timestamp("1970-01-01T02:30:00+02:30") == at(0));
  CHECK(parse_timestamp("1969-12-31T23:00:00-01:00") == at(0));
  CHECK(parse_timestamp("1970-01-01t00:00:00z") == at(0));
}

TEST_CASE("a leap second is the minute's end, a leap day is a day", "[11.4-04]") {
  CHECK(parse_timestamp("2016-12-31T23:59:60Z") == parse_timestamp("2017-01-01T00:00:00Z"));
  CHECK(parse_timestamp("2024-02-29T00:00:00Z"));
  CHECK_FALSE(parse_timestamp("2023-02-29T00:00:00Z"));
}

TEST_CASE("what is no RFC 3339 time is none", "[11.4-04]") {
  for (const auto* text :
       {"", "now", "2026", "2026-04-08", "2026-04-08T03:10Z", "2026-04-08T03:10:15", "2026-04-08 03:10:15Z",
        "2026-13-08T03:10:15Z", "2026-00-08T03:10:15Z", "2026-04-31T03:10:15Z", "2026-04-08T24:10:15Z",
        "2026-04-08T03:60:15Z", "2026-04-08T03:10:61Z", "2026-04-08T03:10:15.Z", "2026-04-08T03:10:15Z ",
        "2026-04-08T03:10:15+2:00", "2026-04-08T03:10:15+24:00", "2026-04-08T03:10:15+02:60", "+026-04-08T03:10:15Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_timestamp(text));
  }
}

TEST_CASE("what the house writes it can read", "[11.4-04]") {
  const auto when = at(1'775'617'815'558'848);
  CHECK(parse_timestamp(base::to_rfc3339(when)) == when);
}
