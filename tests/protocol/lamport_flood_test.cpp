// Nobody can push a session's clock to where nothing can be said any more (SPEC 12.7, 23.3).
#include "protocol/lamport_clock.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

constexpr std::uint64_t half_way = std::uint64_t{1} << 52;

} // namespace

TEST_CASE("far leaps end half way to the end of the clock", "[O-013]") {
  lamport_clock clock;
  while (auto leapt = clock.receive(clock.value() + lamport_clock::default_step))
    REQUIRE(*leapt <= half_way + 1);
  CHECK(clock.value() > half_way - lamport_clock::default_step - 2);
  CHECK(clock.receive(clock.value() + lamport_clock::default_step).error() == clock_refusal::too_far_ahead);
}

TEST_CASE("who follows the clock is heard above that too, and who leaps gets nowhere soon", "[O-013]") {
  lamport_clock clock;
  clock.restore(half_way + 1000);
  CHECK(clock.receive(clock.value() + 300).has_value()); // that many messages may be under way
  CHECK(clock.receive(5).has_value());
  CHECK(clock.receive(clock.value() + (1 << 16) + 1).error() == clock_refusal::too_far_ahead);
  const auto before = clock.value();
  constexpr std::uint64_t flood = 1'000'000;
  for (std::uint64_t i = 0; i < flood; ++i)
    REQUIRE(clock.receive(clock.value() + (1 << 16)).has_value());
  CHECK((clock.value() - before) * 50'000 < largest_counter - before); // 50,000 times as many do not reach the end
}

TEST_CASE("a clock near half way takes what is just above it", "[O-013]") {
  lamport_clock clock;
  clock.restore(half_way - 10);
  CHECK(*clock.receive(half_way + 100) == half_way + 101);
}
