// From the path of a WebSocket upgrade to the session it names.
#pragma once

#include "protocol/ids.hpp"

#include <optional>
#include <string_view>

namespace mpac::cluster {

/// `/session/<id>`: percent-decoded, 1 to 128 characters of `A-Za-z0-9._~:@-`; whatever follows the id (a sub-path, a
/// query) is ignored. Nothing for any other path.
[[nodiscard]] std::optional<protocol::session_id> session_of_path(std::string_view target);

/// Whether a text may name a session.
[[nodiscard]] bool is_session_name(std::string_view text);

} // namespace mpac::cluster
