// The conversations on their second stage: the actors, under virtual time.
#include "tests/conversations/season.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::tests;

TEST_CASE("every conversation goes as written on the actors", "[conversations][7.5-01]") {
  check_season([] { return std::make_unique<actor_house>(); }, 130);
}
