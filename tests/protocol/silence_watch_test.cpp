#include "protocol/silence_watch.hpp"

#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

const base::instant start{};
const principal_id alice("alice"), bob("bob"), carol("carol");

} // namespace

TEST_CASE("who is looked after is due in the order of the moments, each once", "[14.7.1-01]") {
  silence_watch watch;
  CHECK(watch.next() == base::never);
  watch.expect(alice, start + 30s);
  watch.expect(bob, start + 10s);
  watch.expect(carol, start + 20s);
  CHECK(watch.next() == start + 10s);
  watch.expect(bob, start + 40s); // later changes nothing: whoever looks puts it off
  CHECK(watch.next() == start + 10s);
  watch.expect(alice, start + 5s);
  CHECK(watch.next() == start + 5s);
  CHECK(watch.take_due(start + 20s) == std::vector{alice, bob, carol});
  CHECK(watch.next() == base::never);
}

TEST_CASE("the first who is due and silent is found behind those who are not", "[14.7.1-01]") {
  silence_watch watch;
  watch.expect(alice, start + 10s);
  watch.expect(bob, start + 20s);
  watch.expect(carol, start + 30s);
  const auto is_bob_or_carol = [](const principal_id& who) { return who != alice; };
  REQUIRE(watch.first_due(start + 25s, is_bob_or_carol) != nullptr);
  CHECK(*watch.first_due(start + 25s, is_bob_or_carol) == bob);
  CHECK(watch.first_due(start + 15s, is_bob_or_carol) == nullptr);
  watch.forget(bob);
  CHECK(watch.first_due(start + 25s, is_bob_or_carol) == nullptr);
  CHECK(*watch.first_due(start + 30s, is_bob_or_carol) == carol);
}
