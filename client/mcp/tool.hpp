// What a tool of the MCP server is: a row of its table, and what a call of it ends with.
#pragma once

#include "client/mcp/argument.hpp"
#include "client/mcp/json.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <variant>
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

/// A call that its client waits for.
struct open_call {
  bool is_cancelled = false; ///< the client does not want to know any more: waiting for it is of no use
};

struct tool {
  using acting = boost::asio::awaitable<tool_result> (*)(bridge& in, arguments with);
  /// Of one that waits: until `by` is cancelled at most.
  using waiting = boost::asio::awaitable<tool_result> (*)(bridge& in, arguments with,
                                                          std::shared_ptr<const open_call> by);

  std::string name, title, description;
  std::vector<argument> takes;
  json::object output; ///< JSON Schema of `tool_result::structure`
  tool_annotations hints;
  std::variant<acting, waiting> act;
};

} // namespace mpac::client::mcp
