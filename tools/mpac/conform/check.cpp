#include "tools/mpac/conform/check.hpp"

namespace mpac::tools::conform {

std::string_view word_of(layer of) {
  constexpr std::string_view words[] = {"wire",     "session",    "intent", "operation",
                                        "conflict", "governance", "files",  "input"};
  return words[static_cast<int>(of)];
}

std::string_view word_of(level of) {
  constexpr std::string_view words[] = {"MUST", "SHOULD", "PRACTICE"};
  return words[static_cast<int>(of)];
}

std::string_view word_of(outcome of) {
  constexpr std::string_view words[] = {"passed", "failed", "skipped"};
  return words[static_cast<int>(of)];
}

const std::vector<check>& all_checks() {
  static const std::vector<check> all = [] {
    std::vector<check> rows;
    for (auto* layer : {session_checks, intent_checks, operation_checks, conflict_checks, governance_checks,
                        file_checks, input_checks, wire_checks})
      for (const auto& each : layer())
        rows.push_back(each);
    return rows;
  }();
  return all;
}

} // namespace mpac::tools::conform
