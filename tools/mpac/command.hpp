// What a sub-command of mpac is. One file in commands/ makes it, one row of command_table.cpp lists it; help, shell
// completions and docs/mpac.md follow by themselves.
#pragma once

#include "tools/mpac/console.hpp"
#include "tools/mpac/exit_code.hpp"

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace mpac::tools {

/// Does what was asked for, after the arguments were read.
using action = std::function<exit_code(const console&)>;

/// A line that can be typed, and what it does.
struct example {
  std::string line;
  std::string meaning;
};

struct command {
  std::string name;
  std::string summary; ///< one line, without a full stop
  std::string about;   ///< what else its user has to know: whole paragraphs
  std::vector<example> examples;
  /// Adds options and positionals, and nested sub-commands if need be, and returns what is done with them. Give files
  /// and folders the type names FILE and DIR, and closed lists CLI::IsMember: completions know these.
  std::function<action(CLI::App&)> options;
  bool is_hidden = false; ///< for the house: not in the help, not completed
};

/// Puts `about` and `examples` below the help of a (nested) sub-command.
void teach(CLI::App& app, const std::string& about, const std::vector<example>& examples);

} // namespace mpac::tools
