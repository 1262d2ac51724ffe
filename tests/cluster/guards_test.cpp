// Who says too much, who has too many sessions, who fails too often, and what of it is written down (SPEC 23.4).
#include "cluster/guards.hpp"

#include "cluster/few_lines.hpp"
#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::cluster;
using namespace std::chrono_literals;
using protocol::principal_id;
using protocol::session_id;

namespace {

constexpr base::instant noon{12h};

void use(tenant_sessions& tenants, std::string_view tenant, const session_id& session) {
  const auto place = tenants.reserve(tenant, session);
  REQUIRE(place);
  place->take();
}

} // namespace

TEST_CASE("a principal may say a burst at once, then so much a second, whoever else says what", "[23.4-02]") {
  principal_pace pace({2, 3});
  const principal_id alice("alice"), bob("bob");
  for (int i = 0; i < 3; ++i)
    CHECK_FALSE(pace.wait_of(alice, noon));
  const auto wait = pace.wait_of(alice, noon);
  REQUIRE(wait);
  CHECK(*wait == 500ms);
  CHECK_FALSE(pace.wait_of(bob, noon));
  CHECK(pace.wait_of(alice, noon + 499ms));
  CHECK_FALSE(pace.wait_of(alice, noon + 500ms + 1us));
}

TEST_CASE("a pace changes while the hub runs, and none is no limit", "[23.4-02]") {
  principal_pace pace({});
  const principal_id alice("alice");
  for (int i = 0; i < 1000; ++i)
    CHECK_FALSE(pace.wait_of(alice, noon));
  pace.change({1, 1});
  CHECK_FALSE(pace.wait_of(alice, noon));
  CHECK(pace.wait_of(alice, noon));
}

TEST_CASE("who has rested is let go without losing who has not", "[23.4-02]") {
  principal_pace pace({1, 1});
  for (int i = 0; i < 50'000; ++i)
    CHECK_FALSE(pace.wait_of(principal_id("p" + std::to_string(i)), noon + i * 1ms));
  CHECK(pace.wait_of(principal_id("p49999"), noon + 50s));
  CHECK_FALSE(pace.wait_of(principal_id("p0"), noon + 50s));
}

TEST_CASE("sessions count on the account of the tenant who uses them first, until they have left memory", "[23.4-02]") {
  tenant_sessions tenants(1);
  const session_id one("one"), two("two");
  use(tenants, "acme", one);
  CHECK(tenants.reserve("acme", one));
  CHECK_FALSE(tenants.reserve("acme", two));
  CHECK(tenants.reserve("other", two));
  use(tenants, "other", one); // it is acme's
  CHECK(tenants.reserve("other", two));
  CHECK(tenants.reserve("", two)); // nobody's account
  tenants.left(one);
  use(tenants, "acme", two);
  CHECK_FALSE(tenants.reserve("acme", one));
  tenants.change(0);
  CHECK(tenants.reserve("acme", one));
}

TEST_CASE("whoever asks for a session at the same time as others of its tenant finds it counted", "[23.4-02]") {
  tenant_sessions tenants(1);
  const session_id one("one"), two("two");
  auto first = tenants.reserve("acme", one);
  REQUIRE(first);
  CHECK_FALSE(tenants.reserve("acme", two));
  auto second = tenants.reserve("acme", one); // into the same one
  REQUIRE(second);
  first.reset(); // refused
  CHECK_FALSE(tenants.reserve("acme", two));
  SECTION("all are refused") {
    second.reset();
    CHECK(tenants.reserve("acme", two));
  }
  SECTION("one is accepted") {
    second->take();
    second.reset();
    CHECK_FALSE(tenants.reserve("acme", two));
    tenants.left(one);
    CHECK(tenants.reserve("acme", two));
  }
}

TEST_CASE("who is accepted first pays for the session, and those who asked with it do not", "[23.4-02]") {
  tenant_sessions tenants(1);
  const session_id one("one"), two("two");
  const auto acme = tenants.reserve("acme", one), other = tenants.reserve("other", one);
  REQUIRE(acme);
  REQUIRE(other);
  CHECK_FALSE(tenants.reserve("other", two));
  acme->take();
  CHECK(tenants.reserve("other", two));
  other->take(); // it is acme's by now
  CHECK(tenants.reserve("other", two));
  CHECK_FALSE(tenants.reserve("acme", two));
}

TEST_CASE("a place in a session that is gone is none in the next one of its name", "[23.4-02]") {
  tenant_sessions tenants(1);
  const session_id one("one"), two("two");
  auto late = tenants.reserve("acme", one);
  REQUIRE(late);
  tenants.left(one); // it has failed
  CHECK(tenants.reserve("acme", two));
  const auto next = tenants.reserve("acme", one);
  REQUIRE(next);
  late->take();
  late.reset();
  CHECK_FALSE(tenants.reserve("acme", two));
  next->take();
  CHECK_FALSE(tenants.reserve("acme", two));
}

TEST_CASE("a place may outlive whoever keeps the count", "[23.4-02]") {
  auto tenants = std::make_unique<tenant_sessions>(1);
  const auto place = tenants->reserve("acme", session_id("one"));
  tenants.reset();
  place->take();
}

TEST_CASE("failed attempts are counted for all who ask, and their limit changes", "[23.4-02]") {
  failed_attempts attempts({.failures_per_minute = 1});
  attempts.failed("192.0.2.1", noon);
  CHECK_FALSE(attempts.refused_for("192.0.2.1", noon));
  attempts.failed("192.0.2.1", noon);
  CHECK(attempts.refused_for("192.0.2.1", noon));
  CHECK_FALSE(attempts.refused_for("192.0.2.2", noon));
  attempts.change({.failures_per_minute = 0});
  attempts.failed("192.0.2.2", noon);
  CHECK_FALSE(attempts.refused_for("192.0.2.2", noon));
}

TEST_CASE("of what strangers cause ten lines a second are written, with how many were not") {
  few_lines lines;
  for (int i = 0; i < 10; ++i)
    CHECK(lines.admit(noon) == std::size_t{0});
  for (int i = 0; i < 5; ++i)
    CHECK_FALSE(lines.admit(noon + 999ms));
  CHECK(lines.admit(noon + 1s) == std::size_t{5});
  CHECK(lines.admit(noon + 1s) == std::size_t{0});
}
