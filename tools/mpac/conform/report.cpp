#include "tools/mpac/conform/report.hpp"

#include <ostream>

namespace mpac::tools::conform {
namespace {

constexpr std::size_t name_width = 42;

std::string padded(std::string_view text, std::size_t width) {
  std::string wide(text);
  wide.resize(std::max(width, wide.size()), ' ');
  return wide;
}

colour colour_of(const finding& one) {
  return one.outcome == outcome::passed    ? colour::green
         : one.outcome == outcome::skipped ? colour::dim
         : one.of->level == level::must    ? colour::red
                                           : colour::yellow;
}

json::object counted(const tally& of) {
  return {{"passed", of.passed}, {"failed", of.failed}, {"skipped", of.skipped}};
}

} // namespace

tally count(const std::vector<finding>& findings, level of) {
  tally counted;
  for (const auto& each : findings)
    if (each.of->level == of)
      ++(each.outcome == outcome::passed   ? counted.passed
         : each.outcome == outcome::failed ? counted.failed
                                           : counted.skipped);
  return counted;
}

void write_line(const finding& one, const console& with) {
  with.out << with.painted(colour_of(one), padded(word_of(one.outcome), 8)) << padded(word_of(one.of->layer), 11)
           << padded(one.of->name, name_width) << padded(word_of(one.of->level), 9) << one.of->section << '\n';
  if (one.outcome == outcome::failed)
    with.out << "        expected: " << one.of->expected << "\n        seen:     " << printable(one.seen) << '\n';
  else if (one.outcome == outcome::skipped)
    with.out << "        " << printable(one.seen) << '\n';
  with.out.flush(); // it is read while the next check plays
}

void write_totals(const std::vector<finding>& findings, const console& with) {
  with.out << '\n';
  for (const auto of : {level::must, level::should, level::practice}) {
    const auto [passed, failed, skipped] = count(findings, of);
    with.out << padded(word_of(of), 9) << passed << " passed, "
             << (failed ? with.painted(of == level::must ? colour::red : colour::yellow,
                                       std::to_string(failed) + " failed")
                        : "0 failed")
             << ", " << skipped << " skipped\n";
  }
}

json::object as_json(const std::vector<finding>& findings, std::string_view url, std::string_view version) {
  json::array checks;
  for (const auto& each : findings)
    checks.push_back(json::object{{"name", each.of->name},
                                  {"layer", word_of(each.of->layer)},
                                  {"level", word_of(each.of->level)},
                                  {"section", each.of->section},
                                  {"requirement", each.of->requirement},
                                  {"expected", each.of->expected},
                                  {"outcome", word_of(each.outcome)},
                                  {"seen", printable(each.seen)}});
  return {{"url", url},
          {"mpac", version},
          {"conforms", count(findings, level::must).failed == 0},
          {"totals",
           {{"MUST", counted(count(findings, level::must))},
            {"SHOULD", counted(count(findings, level::should))},
            {"PRACTICE", counted(count(findings, level::practice))}}},
          {"checks", std::move(checks)}};
}

} // namespace mpac::tools::conform
