// The proofs themselves: each catches the mistake it is there for (SPEC 15.6, 16.6, 17.8).
#include "protocol/lifecycle/transition_table.hpp"

#include "tests/support/catch.hpp"

using namespace mpac::protocol;

namespace {

enum class light { none, red, green, dead };
enum class push { on, off };
using row = transition<light, push>;

constexpr std::array good{row{light::none, push::on, light::red, "1"}, row{light::red, push::on, light::green, "2"},
                          row{light::green, push::off, light::dead, "3"}};
constexpr std::array twice{row{light::red, push::on, light::green, "1"}, row{light::red, push::on, light::dead, "2"}};
constexpr std::array risen{row{light::dead, push::on, light::red, "1"}};
constexpr std::array lights{light::red, light::green, light::dead};
constexpr auto is_dead = [](light state) { return state == light::dead; };

} // namespace

TEST_CASE("a table gives the next state or refuses", "[15.6.1-11]") {
  CHECK(next_state(good, light::red, push::on) == light::green);
  CHECK_FALSE(next_state(good, light::red, push::off));
  CHECK(find_row(good, light::green, push::off)->row == "3");
  CHECK(find_row(good, light::dead, push::on) == nullptr);
}

TEST_CASE("two rows for one state and event are found") {
  CHECK(no_row_twice(good));
  CHECK_FALSE(no_row_twice(twice));
}

TEST_CASE("a row that leaves the end is found") {
  CHECK(nothing_leaves(good, is_dead));
  CHECK_FALSE(nothing_leaves(risen, is_dead));
}

TEST_CASE("a state that nothing reaches is found") {
  CHECK(all_reachable(good, lights, light::none));
  CHECK_FALSE(all_reachable(twice, lights, light::none));
  CHECK_FALSE(all_reachable(risen, lights, light::none));
}
