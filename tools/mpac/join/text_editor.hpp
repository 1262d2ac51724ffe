// The person's own editor, run on a text.
#pragma once

#include "base/result.hpp"
#include "tools/mpac/terminal/conversation.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <string>

namespace mpac::tools::join {

/// Writes the text to a file of its own that only its owner can read, runs $VISUAL, $EDITOR or vi on it with the
/// terminal left to it, and returns what is in the file then. `name` is what the text is called: the file ends like it,
/// so that editors know its language. The error is a sentence.
[[nodiscard]] boost::asio::awaitable<base::result<std::string, std::string>>
edit_text(boost::asio::any_io_executor on, terminal::conversation& with, std::string text, std::string name);

} // namespace mpac::tools::join
