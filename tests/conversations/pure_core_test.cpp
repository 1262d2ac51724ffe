// The conversations on their first stage: the pure core, without actors and sockets.
#include "tests/conversations/season.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac::tests;

TEST_CASE("every conversation goes as written on the pure core", "[conversations][7.5-01][8-02]") {
  check_season([] { return std::make_unique<pure_house>(); }, 130);
}
