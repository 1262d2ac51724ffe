// A session as it stands, in lines: who is there, who works on what, what is disputed; and changes line by line.
#pragma once

#include "base/clock.hpp"
#include "client/session_view.hpp"
#include "tools/mpac/terminal/styled_line.hpp"

#include <string_view>

namespace mpac::tools::terminal {

// Each makes at least one line: where there is nothing it says so. No line is cut.

[[nodiscard]] styled_lines list_participants(const client::session_view& of);
[[nodiscard]] styled_lines list_intents(const client::session_view& of, base::instant now);
[[nodiscard]] styled_lines list_conflicts(const client::session_view& of);

/// A change as `diff -u` shows it: empty if there is none.
[[nodiscard]] styled_lines show_diff(std::string_view path, std::string_view before, std::string_view after);

} // namespace mpac::tools::terminal
