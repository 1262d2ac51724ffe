// All tools of the MCP server, in the order in which they are listed.
#pragma once

#include "client/mcp/tool.hpp"

#include <string_view>
#include <vector>

namespace mpac::client::mcp {

[[nodiscard]] const std::vector<tool>& tool_table();
/// Null when there is none of that name.
[[nodiscard]] const tool* find_tool(std::string_view name);

/// What `initialize` and `server/discover` tell a model about the whole: intent before action.
[[nodiscard]] std::string_view etiquette() noexcept;

} // namespace mpac::client::mcp
