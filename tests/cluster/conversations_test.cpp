// The conversations on their third stage: a hub behind its sockets.
#include "tests/cluster/hub_house.hpp"
#include "tests/conversations/season.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace mpac::tests;
using mpac::cluster::tests::hub_house;
using mpac::cluster::tests::staffing;

namespace {

constexpr std::size_t most_of_them = 130;

/// Time is real here, and no test waits for it; and an operator has no reason to give but `manual`.
bool is_beyond_a_hub(const conversation& what) {
  return std::any_of(what.sentences.begin(), what.sentences.end(), [](const sentence& each) {
    return each.text.starts_with("wait ") ||
           (each.text.starts_with("operator closes ") && each.text != "operator closes manual");
  });
}

} // namespace

TEST_CASE("conversations go as written on a hub whose connections' threads run its actors", "[conversations][7.5-01]") {
  check_season([] { return std::make_unique<hub_house>(staffing{2, 2}); }, most_of_them, is_beyond_a_hub);
}

TEST_CASE("conversations go as written on a hub whose actors have threads of their own", "[conversations][7.5-01]") {
  check_season([] { return std::make_unique<hub_house>(staffing{1, 2}); }, most_of_them, is_beyond_a_hub);
}
