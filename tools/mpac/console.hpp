// Where a command speaks to people: its output and its complaints, in colour only where somebody sees it.
#pragma once

#include "tools/mpac/exit_code.hpp"

#include <iosfwd>
#include <string>
#include <string_view>

namespace mpac::tools {

enum class colour { bold, dim, green, yellow, red };

/// The text in a colour if there are any, or as it is.
[[nodiscard]] std::string in_colour(bool is_coloured, colour how, std::string_view text);

struct console {
  std::ostream& out;
  std::ostream& err;
  bool is_out_coloured = false;
  bool is_err_coloured = false;

  /// The text as it goes to `out`: in colour, or as it is.
  [[nodiscard]] std::string painted(colour how, std::string_view text) const;
  /// "mpac: <why>" to `err`; the code, for `return with.sorry(...)`.
  exit_code sorry(exit_code code, std::string_view why) const;
  /// The same for what does not end the command.
  void warn(std::string_view what) const;
};

/// Standard output and standard error. Each is coloured if it is a terminal that is not called "dumb", unless NO_COLOR
/// is set to anything (no-color.org).
[[nodiscard]] console standard_console();

/// Text of others, safe to print and to put into JSON: control characters, which could move the cursor or change
/// colours, and bytes that are no UTF-8 are shown as `\x1b`. Anything else stays as it is.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace mpac::tools
