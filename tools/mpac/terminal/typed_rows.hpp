// Where the cursor is in a line that is being typed.
#pragma once

#include <cstddef>
#include <string_view>

namespace mpac::tools::terminal {

/// How many rows the cursor has gone down behind prompt and text, as libedit draws them on a row of so many columns: a
/// wide letter that does not fit goes to the next row as a whole, a full row is left at once, control characters are
/// `^A` and others that can't be printed `\U+200e`. Letters are those of the locale, which has to be one of UTF-8.
[[nodiscard]] std::size_t rows_down(std::string_view prompt, std::string_view text, std::size_t columns);

} // namespace mpac::tools::terminal
