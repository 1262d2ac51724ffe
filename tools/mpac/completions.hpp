// Completion scripts for shells, made from the parser itself: what it takes is what is completed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace mpac::tools {

enum class shell { bash, zsh, fish };

enum class value_kind { none, any, file, folder, one_of };

/// One option of a command as a shell has to know it.
struct completed_option {
  std::vector<std::string> names; ///< with their dashes
  std::string about;
  value_kind takes = value_kind::none;
  std::vector<std::string> choices; ///< of `one_of`
};

/// One command: what may follow its name.
struct completed_command {
  std::vector<std::string> path; ///< `transcript`, `verify`; empty for mpac itself
  std::string about;
  std::vector<completed_option> options;
  completed_option positional; ///< the first one; `names` is empty
  std::vector<std::string> sub_commands;
};

/// mpac and all its commands but the hidden ones, each after the one it belongs to.
[[nodiscard]] std::vector<completed_command> completed_commands(const CLI::App& app);

[[nodiscard]] std::string completion_script(shell which, const std::vector<completed_command>& commands);

} // namespace mpac::tools
