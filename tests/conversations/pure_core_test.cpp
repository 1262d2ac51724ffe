// The conversations on their first stage: the pure core, without actors and sockets.
#include "tests/conversations/player.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

using namespace mpac::tests;

TEST_CASE("every conversation goes as written on the pure core", "[conversations][7.5-01]") {
  const auto all = all_conversations(std::filesystem::path(MPAC_SOURCE_DIR) / "tests" / "conversations");
  REQUIRE(all.size() > 100);
  for (const auto& each : all) {
    DYNAMIC_SECTION(each.file << ": " << each.title) {
      pure_house house;
      try {
        play(each, house);
      } catch (const misplayed& e) {
        FAIL(e.what());
      }
      SUCCEED();
    }
  }
}
