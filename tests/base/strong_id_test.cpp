#include "base/strong_id.hpp"

#include "tests/support/catch.hpp"

#include <type_traits>
#include <unordered_set>

using mpac::base::strong_id;

namespace {

using apple = strong_id<struct apple_tag>;
using pear = strong_id<struct pear_tag>;

} // namespace

TEST_CASE("identifiers of different kinds don't mix", "[base]") {
  CHECK_FALSE(std::is_convertible_v<apple, pear>);
  CHECK_FALSE(std::is_constructible_v<apple, pear>);
  CHECK_FALSE(std::is_convertible_v<std::string, apple>);
}

TEST_CASE("identifiers compare and hash by their text", "[base]") {
  CHECK(apple("a") == apple(std::string("a")));
  CHECK(apple("a") < apple("b"));
  CHECK(apple().empty());
  CHECK(std::unordered_set<apple>{apple("a"), apple("a"), apple("b")}.size() == 2);
}
