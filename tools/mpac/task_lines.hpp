// A task as people follow it: its steps, and what came of it.
#pragma once

#include "client/agent/task.hpp"
#include "tools/mpac/exit_code.hpp"
#include "tools/mpac/terminal/styled_line.hpp"

namespace mpac::tools {

[[nodiscard]] terminal::styled_line line_of(const client::agent::step& step);

/// What was done, what was left, what went wrong and what it cost.
[[nodiscard]] terminal::styled_lines lines_of(const client::agent::task_report& report);

/// `good` if everything that had to be done is: nothing had to be changed, too. `refused` if the task gave way or was
/// stopped.
[[nodiscard]] exit_code code_of(const client::agent::task_report& report) noexcept;

} // namespace mpac::tools
