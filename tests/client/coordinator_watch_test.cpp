#include "client/coordinator_watch.hpp"
#include "client/reconnect_backoff.hpp"

#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::client;
using namespace std::chrono_literals;

namespace {
const base::instant start{std::chrono::seconds{1'000'000}};
}

TEST_CASE("a coordinator that sends no status for two intervals is silent", "[8.1.1.1][8.1.1.1-C01]") {
  coordinator_watch watch;
  CHECK(watch.silent_at() == base::never);
  watch.begin(30s, start);
  CHECK(watch.next_heartbeat() == start + 30s);
  CHECK(watch.silent_at() == start + 60s);
  CHECK_FALSE(watch.hear(start + 20s));
  CHECK_FALSE(watch.look(start + 79s));
  CHECK(watch.look(start + 80s));
  CHECK(watch.is_silent());
  CHECK_FALSE(watch.look(start + 81s)); // said once
  CHECK(watch.hear(start + 90s));
  CHECK_FALSE(watch.is_silent());
}

TEST_CASE("a silent coordinator's connection is dead when nobody is heard over it") {
  coordinator_watch watch;
  watch.begin(10s, start);
  CHECK(watch.dead_at() == base::never);
  watch.hear_anything(start + 15s);
  REQUIRE(watch.look(start + 20s));
  CHECK(watch.dead_at() == start + 35s);
}

TEST_CASE("waits between attempts double, end at the longest, and leave a part to chance", "[8.1.1.1-C04]") {
  reconnect_backoff backoff({true, 1s, 10s, 0.5, 0});
  CHECK(backoff.next(0) == 1s);
  CHECK(backoff.next(1) == 1s); // two seconds, half of it given to chance
  CHECK(backoff.next(0) == 4s);
  CHECK(backoff.next(0, 7s) == 8s);
  CHECK(backoff.next(0, 70s) == 70s);                        // the hub asks for more
  CHECK(backoff.next(0, std::chrono::hours{1000}) == 10min); // than anybody waits
  for (int i = 0; i < 100; ++i)
    CHECK(backoff.next(0) == 10s);
  backoff.succeeded();
  CHECK(backoff.next(0) == 1s);
}

TEST_CASE("attempts come to an end where they are numbered") {
  reconnect_backoff backoff({true, 1s, 10s, 0, 2});
  CHECK(backoff.next(0));
  CHECK(backoff.next(0));
  CHECK_FALSE(backoff.next(0));
  CHECK_FALSE(reconnect_backoff({.is_on = false}).next(0));
}
