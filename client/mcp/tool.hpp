// What a tool of the MCP server is: a row of its table, and what a call of it ends with.
#pragma once

#include "client/mcp/argument.hpp"
#include "client/mcp/json.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace mpac::client::mcp {

class bridge;

/// What a model gets to read, and the same for programs. Failures are results too: a model reads them and acts on them.
struct tool_result {
  std::vector<std::string> texts;
  json::object structure; ///< fits the tool's `output`; empty: a failure that has none
  bool is_failure = false;
};

/// A failure in words that say what to do next; what others have written in them is in quotation marks.
[[nodiscard]] tool_result failure(std::string what);

/// Hints for the client's user; it need not believe them.
struct tool_annotations {
  bool is_read_only = false;   ///< changes nothing in the session
  bool is_destructive = false; ///< may undo or overwrite what others see
  bool is_idempotent = false;  ///< twice is as good as once
};

struct tool {
  std::string name, title, description;
  std::vector<argument> takes;
  json::object output; ///< JSON Schema of `tool_result::structure`
  tool_annotations hints;
  boost::asio::awaitable<tool_result> (*act)(bridge& in, arguments with);
};

} // namespace mpac::client::mcp
