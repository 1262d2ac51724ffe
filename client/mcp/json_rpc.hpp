// JSON-RPC 2.0 as MCP speaks it over a stream: one message a line (MCP "Transports", stdio).
#pragma once

#include "client/mcp/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mpac::client::mcp {

/// The numbers that JSON-RPC and MCP have given their errors.
enum class error_number : std::int32_t {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  too_many_requests = -32010,           ///< this server's own: more is open than it keeps
  resource_not_found = -32002,          ///< until 2025-11-25; `invalid_params` since
  unsupported_protocol_version = -32022 ///< since 2026-07-28
};

/// The error of a response.
struct rpc_error {
  error_number code = error_number::internal_error;
  std::string message; ///< one sentence
  std::optional<json::value> data = {};
};

/// A request, or without `id` a notification.
struct call {
  std::optional<json::value> id; ///< a string or a whole number
  std::string method;
  json::object params;
};

/// What somebody has said instead of a call that can be understood. Without `id` it could not be read.
struct misuse {
  std::optional<json::value> id;
  rpc_error why;
};

/// A response. This end asks nothing, so that it answers nothing.
struct stray_response {};

using message = std::variant<call, misuse, stray_response>;

/// One line: a message, or a batch of them.
struct heard_line {
  std::vector<message> messages;
  bool is_batch = false;
};

/// Reads one line without its end. Whatever stands there, there is something to do about it: a line of white space
/// holds no message, everything else at least one.
[[nodiscard]] heard_line read_line(std::string_view line);

// Messages to write. A batch of responses is a `json::array` of them.

[[nodiscard]] json::object response(const json::value& id, json::object result);
/// A null `id` where the request's could not be read.
[[nodiscard]] json::object error_response(const json::value& id, const rpc_error& why);
[[nodiscard]] json::object notification(std::string_view method, json::object params);

} // namespace mpac::client::mcp
