// Short ways for the tests to load a configuration from text.
#pragma once

#include "config/loader.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace mpac::config::testing {

inline base::result<settings, problems> load_text(std::string toml, variables environment = {},
                                                  std::vector<std::string> sets = {}) {
  return load(sources{document{"hub.toml", std::move(toml)}, std::move(environment), std::move(sets)});
}

inline settings good(const base::result<settings, problems>& loaded) {
  if (!loaded)
    for (const problem& each : loaded.error())
      UNSCOPED_INFO(to_string(each));
  REQUIRE(loaded.has_value());
  return *loaded;
}

inline settings good(std::string toml) {
  return good(load_text(std::move(toml)));
}

/// Every mistake as its line of text; empty when there is none.
inline std::vector<std::string> mistakes(const base::result<settings, problems>& loaded) {
  std::vector<std::string> lines;
  if (!loaded)
    for (const problem& each : loaded.error())
      lines.push_back(to_string(each));
  return lines;
}

inline std::vector<std::string> mistakes(std::string toml) {
  return mistakes(load_text(std::move(toml)));
}

using lines = std::vector<std::string>;

} // namespace mpac::config::testing
