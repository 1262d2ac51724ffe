#include "tools/mpac/command_table.hpp"

namespace mpac::tools {

// Each stands in commands/<name>.cpp.
namespace commands {

command join();
command task();
command watch();
command host();
command sync();
command sessions();
command snapshot();
command transcript();
command close();
command conform();
command mcp();
command schema();
command keygen();
command token();
command completions();
command manual();

} // namespace commands

std::vector<command> command_table() {
  // clang-format off
  return {
    commands::join(),
    commands::task(),
    commands::watch(),
    commands::host(),
    commands::sync(),
    commands::sessions(),
    commands::snapshot(),
    commands::transcript(),
    commands::close(),
    commands::conform(),
    commands::mcp(),
    commands::schema(),
    commands::keygen(),
    commands::token(),
    commands::completions(),
    commands::manual(),
  };
  // clang-format on
}

} // namespace mpac::tools
