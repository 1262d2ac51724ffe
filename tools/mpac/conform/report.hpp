// What a conformance run has found, for people and for scripts.
#pragma once

#include "tools/mpac/conform/check.hpp"
#include "tools/mpac/console.hpp"
#include "tools/mpac/json.hpp"

#include <string_view>
#include <vector>

namespace mpac::tools::conform {

/// How many ended how, of one level.
struct tally {
  std::size_t passed = 0, failed = 0, skipped = 0;
};
[[nodiscard]] tally count(const std::vector<finding>& findings, level of);

/// One finding: a line, and below it what was expected and seen where it did not pass.
void write_line(const finding& one, const console& with);
void write_totals(const std::vector<finding>& findings, const console& with);

/// The whole report; its form is told in docs/conformance.md.
[[nodiscard]] json::object as_json(const std::vector<finding>& findings, std::string_view url,
                                   std::string_view version);

} // namespace mpac::tools::conform
