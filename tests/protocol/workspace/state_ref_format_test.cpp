#include "protocol/workspace/state_ref_format.hpp"

#include "tests/support/catch.hpp"

#include <string>

using namespace mpac::protocol;

TEST_CASE("each format of state references has its look", "[16.3-04][O-107]") {
  const auto fits = [](std::string_view ref, std::string_view format) { return !expected_state_ref(ref, format); };
  CHECK(fits("sha256:old-state", "sha256"));
  CHECK_FALSE(fits("sha256:", "sha256"));
  CHECK_FALSE(fits("sha256:old state", "sha256"));
  CHECK_FALSE(fits("0123abc", "sha256"));
  CHECK(fits("0123abc", "git_hash"));
  CHECK_FALSE(fits("0123ab", "git_hash"));
  CHECK_FALSE(fits("0123abx", "git_hash"));
  CHECK_FALSE(fits(std::string(65, 'a'), "git_hash"));
  CHECK(fits("42", "monotonic_version"));
  CHECK_FALSE(fits("v42", "monotonic_version"));
  CHECK(fits("anything-at-all", "vendor.etag"));
  CHECK_FALSE(fits("any thing", "vendor.etag"));
}

TEST_CASE("what does not exist is absent in every format", "[16.3-04][O-107]") {
  for (const auto* format : {"sha256", "git_hash", "monotonic_version", "vendor.etag"}) {
    CHECK_FALSE(expected_state_ref("absent", format));
    CHECK_FALSE(expected_state_ref("", format));
  }
}
