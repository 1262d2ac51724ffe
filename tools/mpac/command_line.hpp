// The command line of mpac: the table of sub-commands made into one program.
#pragma once

#include "tools/mpac/command.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace mpac::tools {

/// The parser with every sub-command of the table, and for each what it does.
struct command_line {
  std::unique_ptr<CLI::App> app;
  std::vector<std::pair<CLI::App*, action>> actions;

  command_line(const std::vector<command>& table, std::string_view version);
  ~command_line();
  command_line(command_line&&) noexcept;
};

/// Reads the arguments and does what they ask for. Help goes to `with.out`; mistakes go to `with.err` with what is
/// wrong and where the help is.
[[nodiscard]] exit_code run(int count, const char* const* values, std::string_view version, const console& with);

} // namespace mpac::tools
