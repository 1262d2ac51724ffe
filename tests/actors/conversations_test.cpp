// The conversations on their second stage: the actors, under virtual time.
#include "tests/conversations/player.hpp"
#include "tests/support/actor_house.hpp"
#include "tests/support/catch.hpp"

using namespace mpac::tests;

TEST_CASE("every conversation goes as written on the actors", "[conversations][7.5-01]") {
  const auto all = all_conversations(std::filesystem::path(MPAC_SOURCE_DIR) / "tests" / "conversations");
  REQUIRE_FALSE(all.empty());
  for (const auto& each : all) {
    DYNAMIC_SECTION(each.file << ": " << each.title) {
      actor_house house;
      try {
        play(each, house);
      } catch (const misplayed& e) {
        FAIL(e.what());
      }
      SUCCEED();
    }
  }
}
