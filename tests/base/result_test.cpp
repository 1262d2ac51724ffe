#include "base/result.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace mpac::base;

namespace {

result<std::string, std::string> greeting(bool is_polite) {
  if (!is_polite)
    return fail(std::string("no manners"));
  return result<std::string, std::string>(boost::system::in_place_value, "good day");
}

} // namespace

TEST_CASE("a result holds a value or an error of the same type", "[base]") {
  const auto good = greeting(true);
  REQUIRE(good);
  CHECK(*good == "good day");
  const auto bad = greeting(false);
  REQUIRE_FALSE(bad);
  CHECK(bad.error() == "no manners");
}

TEST_CASE("reading the value of a failed result is a mistake that is told", "[base]") {
  CHECK_THROWS_AS(greeting(false).value(), std::logic_error);
}
