// The resources of the MCP server: the workspace's files, and how the session stands.
#pragma once

#include "client/mcp/bridge.hpp"
#include "client/mcp/json.hpp"
#include "client/mcp/json_rpc.hpp"
#include "client/mcp/resource_uri.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace mpac::client::mcp {

using outcome_of_call = base::result<json::object, rpc_error>;

/// `resources/list`, a page of it; `cursor` is what the page before gave as `nextCursor`.
[[nodiscard]] boost::asio::awaitable<outcome_of_call> list_resources(bridge& in, std::optional<std::string> cursor,
                                                                     bool has_titles);
/// `resources/templates/list`.
[[nodiscard]] json::object list_resource_templates(const protocol::session_id& session, bool has_titles);
/// `resources/read`. `not_found`: the error number for a resource that does not exist.
[[nodiscard]] boost::asio::awaitable<outcome_of_call> read_resource(bridge& in, std::string uri,
                                                                    error_number not_found);

/// The error for a URI that names nothing.
[[nodiscard]] rpc_error no_such_resource(std::string_view uri, error_number not_found);

} // namespace mpac::client::mcp
