// How a text's lines end: the workspace has LF alone, a directory may have CRLF and keeps it.
#pragma once

#include <string>
#include <string_view>

namespace mpac::tools::write_back {

/// CRLF and lone CR as LF: what a hub shares of a file, and what state refs are made of (cluster/workspace_loader.hpp).
[[nodiscard]] std::string with_plain_lines(std::string_view text);

/// Whether every line ends with CRLF, and there is one.
[[nodiscard]] bool has_crlf_throughout(std::string_view text);

/// Every LF as CRLF; the text must have no CR.
[[nodiscard]] std::string with_crlf(std::string_view text);

} // namespace mpac::tools::write_back
