// Text of others for a terminal: nothing in it can move the cursor, colour, reorder or hide what else is shown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools::terminal {

// Control characters (C0, DEL, C1), line and paragraph separators, format characters such as the overrides of writing
// direction, private and unassigned code points are shown as `\x1b` or `\u202e`; bytes that are no UTF-8 as `\xff`.

/// On one line: line feeds and tabs are shown as `\n` and `\t`.
[[nodiscard]] std::string on_one_line(std::string_view text);

/// The lines of a file: a tab fills up to the next multiple of eight columns, a carriage return before a line feed is
/// shown as one. A last line without a line feed is a line too.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

// Of text that is safe already:

/// How many columns of a terminal it takes: wide letters count two, combining ones none.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// The first so many columns, with an ellipsis at the end where something is left out.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);

/// Exactly so many columns: cut, or filled up with spaces.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns);

/// In pieces of at most so many columns, broken at spaces where there are any. Never empty.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

} // namespace mpac::tools::terminal
