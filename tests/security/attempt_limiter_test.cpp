#include "security/attempt_limiter.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

using namespace mpac;
using namespace mpac::security;
using namespace std::chrono_literals;

namespace {

const base::instant start{std::chrono::seconds{1'900'000'000}};

void fail_often(attempt_limiter& limiter, const char* address, int times, base::instant when) {
  for (int i = 0; i < times; ++i)
    limiter.failed(address, when);
}

} // namespace

TEST_CASE("an address may fail so often in a minute, and waits then", "[23.1.2-03]") {
  attempt_limiter limiter({});
  fail_often(limiter, "192.0.2.1", 10, start);
  CHECK_FALSE(limiter.refused_for("192.0.2.1", start));
  limiter.failed("192.0.2.1", start);
  CHECK(limiter.refused_for("192.0.2.1", start) == 5s);
  CHECK(limiter.refused_for("192.0.2.1", start + 4s) == 1s);
  CHECK_FALSE(limiter.refused_for("192.0.2.1", start + 5s));
  CHECK_FALSE(limiter.refused_for("192.0.2.2", start));
}

TEST_CASE("what was failed is given back over a minute", "[23.1.2-03]") {
  attempt_limiter limiter({});
  fail_often(limiter, "192.0.2.1", 10, start);
  fail_often(limiter, "192.0.2.1", 5, start + 30s);
  CHECK_FALSE(limiter.refused_for("192.0.2.1", start + 30s));
  limiter.failed("192.0.2.1", start + 30s);
  CHECK(limiter.refused_for("192.0.2.1", start + 30s));
}

TEST_CASE("each wait is twice as long as the one before, up to the longest", "[23.1.2-03]") {
  attempt_limiter limiter({});
  auto now = start;
  for (const auto wait : {5s, 10s, 20s, 40s, 80s, 160s, 320s, 640s, 900s, 900s}) {
    fail_often(limiter, "192.0.2.1", 30, now); // those after the first too many were under way
    const auto left = limiter.refused_for("192.0.2.1", now);
    REQUIRE(left);
    CHECK(*left == wait);
    now += *left;
    CHECK_FALSE(limiter.refused_for("192.0.2.1", now));
  }
  CHECK(now > start + 30min);
}

TEST_CASE("an address that does not fail for long is forgotten", "[23.1.2-03]") {
  attempt_limiter limiter({});
  fail_often(limiter, "192.0.2.1", 12, start);
  CHECK(limiter.remembered() == 1);
  limiter.failed("192.0.2.2", start + 59min);
  CHECK(limiter.remembered() == 2);
  limiter.failed("192.0.2.2", start + 60min);
  CHECK(limiter.remembered() == 1);
  fail_often(limiter, "192.0.2.1", 10, start + 61min);
  CHECK_FALSE(limiter.refused_for("192.0.2.1", start + 61min));
  limiter.failed("192.0.2.1", start + 61min);
  CHECK(limiter.refused_for("192.0.2.1", start + 61min) == 5s);
}

TEST_CASE("memory is bounded, and the oldest are forgotten first", "[23.1.2-03]") {
  attempt_terms terms;
  terms.most_addresses = 100;
  terms.failures_per_minute = 1;
  attempt_limiter limiter(terms);
  for (int i = 0; i < 5000; ++i) {
    const auto address = "2001:db8:" + std::to_string(i) + "::1";
    fail_often(limiter, address.c_str(), 2, start + std::chrono::milliseconds{i});
    CHECK(limiter.refused_for(address, start + std::chrono::milliseconds{i}));
  }
  CHECK(limiter.remembered() == 100);
  CHECK(limiter.refused_for("2001:db8:4950::1", start + 5s));
  CHECK_FALSE(limiter.refused_for("2001:db8:4000::1", start + 4s));
  terms.most_addresses = 10;
  limiter.change(terms);
  CHECK(limiter.remembered() == 10);
}

TEST_CASE("with no limit nothing is counted") {
  attempt_terms terms;
  terms.failures_per_minute = 0;
  attempt_limiter limiter(terms);
  fail_often(limiter, "192.0.2.1", 1000, start);
  CHECK(limiter.remembered() == 0);
  CHECK_FALSE(limiter.refused_for("192.0.2.1", start));
}

TEST_CASE("addresses that one subscriber has count as one", "[23.1.2-03]") {
  CHECK(address_block("2001:db8:1:2::1") == address_block("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  CHECK(address_block("2001:db8:1:2::1") != address_block("2001:db8:1:3::1"));
  CHECK(address_block("::ffff:192.0.2.1") == address_block("192.0.2.1"));
  CHECK(address_block("192.0.2.1") != address_block("192.0.2.2"));
  CHECK(address_block("fe80::1%eth0") == address_block("fe80::1"));
  CHECK(address_block("") == "");
  CHECK(address_block("somewhere") == "somewhere");
}

TEST_CASE("whatever happens, nobody waits longer than the longest, and time that goes back does no harm",
          "[23.1.2-03]") {
  rc::check([](const std::vector<std::pair<std::uint8_t, std::int32_t>>& steps) {
    attempt_terms terms;
    terms.most_addresses = 8;
    attempt_limiter limiter(terms);
    auto latest = start;
    for (const auto& [who, milliseconds] : steps) {
      const auto when = start + std::chrono::milliseconds{milliseconds};
      latest = std::max(latest, when);
      const auto address = "192.0.2." + std::to_string(who % 16);
      limiter.failed(address, when);
      RC_ASSERT(limiter.remembered() <= 8u);
      RC_ASSERT(!limiter.refused_for(address, latest + 15min));
    }
  });
}
