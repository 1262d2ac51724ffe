#include "tools/mpac/seconds_option.hpp"

#include "tests/support/catch.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace {

bool is_taken(const std::string& text) {
  CLI::App app;
  double seconds = 7;
  mpac::tools::take_seconds(app.add_option("--wait", seconds), 0.5, 600);
  try {
    app.parse("--wait=" + text);
    return true;
  } catch (const CLI::ParseError&) {
    return false;
  }
}

} // namespace

TEST_CASE("a number of seconds is a number, and within its bounds") {
  for (const auto* right : {"0.5", "600", "10", "1e2"})
    CHECK(is_taken(right));
  for (const auto* wrong : {"nan", "-nan", "NAN", "nan(1)", "inf", "-inf", "0.4", "601", "x", "1x", "1e999"}) {
    CAPTURE(wrong);
    CHECK_FALSE(is_taken(wrong));
  }
}
