// Prints the three transition tables as Promela, so that the model has no rows of its own: what the hub is compiled
// with is what spin checks (SPEC 15.6.1, 16.6.1, 17.8.1).
#include "protocol/lifecycle/conflict_lifecycle.hpp"
#include "protocol/lifecycle/intent_lifecycle.hpp"
#include "protocol/lifecycle/operation_lifecycle.hpp"

#include <array>
#include <cstddef>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace mpac::protocol;

/// The name of an enumerator as the compiler writes it; empty for a value that has none.
template <auto Value>
constexpr std::string_view name_of() {
  constexpr std::string_view function = __PRETTY_FUNCTION__;
  constexpr auto begin = function.find("Value = ") + 8;
  constexpr auto whole = function.substr(begin, function.find_first_of("];", begin) - begin);
  return whole.starts_with('(') ? std::string_view{} : whole.substr(whole.rfind(':') + 1);
}

constexpr std::size_t most_enumerators = 64;

template <class Enum, std::size_t... I>
constexpr auto names_of(std::index_sequence<I...>) {
  return std::array{name_of<static_cast<Enum>(I)>()...};
}

template <class Enum>
constexpr auto names = names_of<Enum>(std::make_index_sequence<most_enumerators>{});

template <class Enum>
constexpr std::string_view name(Enum value) {
  return names<Enum>[static_cast<std::size_t>(value)];
}

template <class Enum>
void print_values(std::string_view machine, std::string_view kind) {
  for (std::size_t value = 0; value < most_enumerators; ++value)
    if (!names<Enum>[value].empty())
      std::cout << "#define " << machine << kind << names<Enum>[value] << ' ' << value << '\n';
}

template <class States, class Is>
void print_predicate(std::string_view machine, std::string_view what, const States& states, Is is) {
  std::cout << "#define " << machine << what << "(s) (false";
  for (const auto state : states)
    if (is(state))
      std::cout << " || (s) == " << machine << '_' << name(state);
  std::cout << ")\n";
}

/// `<machine>_step(state, event)` takes the row for both, if there is one, and `moved` tells whether there was. One
/// expression finds it: its number and, in the lowest digits, the state it leads to.
template <class State, class Event, std::size_t N>
void print_rows(std::string_view machine, const std::array<transition<State, Event>, N>& rows, std::size_t first) {
  print_values<State>(machine, "_");
  print_values<Event>(machine, "_on_");
  std::cout << "inline " << machine << "_step(state, event) {\n  row = (";
  for (std::size_t i = 0; i < N; ++i)
    std::cout << "\n    /* " << rows[i].row << " */ state == " << machine << '_' << name(rows[i].from)
              << " && event == " << machine << "_on_" << name(rows[i].event) << " -> " << (first + i + 1) << " * 16 + "
              << machine << '_' << name(rows[i].to) << " : (";
  std::cout << "\n    0" << std::string(N, ')') << ");\n"
            << "  moved = (row != 0);\n"
               "  state = (moved -> row % 16 : state);\n"
               "  c_code { if (row != 0) row_taken[row / 16 - 1] = 1; }\n}\n\n";
}

template <class State, class Event, std::size_t N>
void print_names(std::string_view machine, const std::array<transition<State, Event>, N>& rows) {
  for (const auto& row : rows)
    std::cout << "  \"" << machine << ' ' << name(row.from) << ' ' << name(row.event) << " (" << row.row << ")\",\n";
}

} // namespace

int main() {
  const auto count = intent_transitions.size() + operation_transitions.size() + conflict_transitions.size();
  std::cout << "/* Generated from protocol/lifecycle. */\n"
               "c_decl {\n"
               "\\#include <stdio.h>\n"
               "\\#include <stdlib.h>\n"
            << "enum { row_count = " << count << " };\n"
            << "static char row_taken[row_count];\n"
               "static const char* const row_names[row_count] = {\n";
  print_names("intent", intent_transitions);
  print_names("operation", operation_transitions);
  print_names("conflict", conflict_transitions);
  std::cout << "};\n"
               "static void tell_rows(void) {\n"
               "  int taken = 0;\n"
               "  for (int i = 0; i < row_count; ++i) {\n"
               "    taken += row_taken[i];\n"
               "    if (!row_taken[i]) printf(\"row never taken: %s\\n\", row_names[i]);\n"
               "  }\n"
               "  printf(\"rows taken: %d of %d\\n\", taken, row_count);\n"
               "}\n"
               "}\n\n"
               "hidden byte moved; /* whether the last step had a row */\n"
               "hidden short row;\n\n";
  print_rows("intent", intent_transitions, 0);
  print_rows("operation", operation_transitions, intent_transitions.size());
  print_rows("conflict", conflict_transitions, intent_transitions.size() + operation_transitions.size());
  print_predicate("intent", "_has_ended", all_intent_states, [](intent_state s) { return is_terminal(s); });
  print_predicate("operation", "_has_ended", all_operation_states, [](operation_state s) { return is_terminal(s); });
  print_predicate("operation", "_is_settled", all_operation_states, [](operation_state s) { return is_settled(s); });
  print_predicate("conflict", "_is_settled", all_conflict_states, [](conflict_state s) { return is_settled(s); });
}
