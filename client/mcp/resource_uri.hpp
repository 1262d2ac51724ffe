// The addresses of MCP resources: mpac://SESSION/… (RFC 3986).
#pragma once

#include "protocol/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::client::mcp {

enum class resource_kind : std::uint8_t { session, participants, intents, conflicts, file };

/// What a URI names. `path` is that of a file, empty for the others.
struct resource_address {
  resource_kind kind = resource_kind::session;
  std::string path;

  friend bool operator==(const resource_address&, const resource_address&) = default;
  friend auto operator<=>(const resource_address&, const resource_address&) = default;
};

/// `mpac://SESSION/session`, `…/participants`, `…/intents`, `…/conflicts`, `…/files/PATH`, percent-encoded.
[[nodiscard]] std::string uri_of(const resource_address& what, const protocol::session_id& session);
/// Nothing for any other URI, another session's too. A path that can name no file is none.
[[nodiscard]] std::optional<resource_address> resource_at(std::string_view uri, const protocol::session_id& session);
/// RFC 6570, with the variable `path`.
[[nodiscard]] std::string file_template(const protocol::session_id& session);

} // namespace mpac::client::mcp
