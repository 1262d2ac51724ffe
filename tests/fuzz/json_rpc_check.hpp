// What must hold for whatever an MCP client writes on a line.
#pragma once

#include <string_view>

namespace mpac::tests {

/// The first promise this line makes our JSON-RPC or quoting break, or null when all are kept: whatever stands there
/// gets something to do, which is written as one line and read back as what it is; and quoted, it is one line of
/// printable text between its quotation marks.
const char* broken_by_line(std::string_view line);

} // namespace mpac::tests
