// The table of the server's methods: which revisions have them, and what their results need.
#pragma once

#include "client/mcp/server.hpp"

namespace mpac::client::mcp {

struct server::method {
  std::string_view name;
  bool with_handshake;    ///< the revisions that begin with `initialize` have it
  bool without_handshake; ///< the revisions since have it
  /// How long a client may keep the result, for results that need to say so (MCP "Caching"); negative: it does not.
  std::int64_t fresh_ms;
  boost::asio::awaitable<outcome> (server::*act)(request); ///< null: `subscriptions/listen`, which is not answered
};

} // namespace mpac::client::mcp
