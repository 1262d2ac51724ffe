// All sub-commands of mpac, in the order in which its help lists them.
#pragma once

#include "tools/mpac/command.hpp"

namespace mpac::tools {

[[nodiscard]] std::vector<command> command_table();

} // namespace mpac::tools
