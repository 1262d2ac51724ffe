// Who a participant is, and what it says of itself in HELLO (SPEC 10, 14.1).
#pragma once

#include "protocol/envelope.hpp"

#include <string>
#include <vector>

namespace mpac::client {

/// What one agent can do when it announces, works and disputes like everybody else (SPEC 19.1).
[[nodiscard]] inline std::vector<std::string> usual_capabilities() {
  return {"intent.broadcast", "intent.update",   "intent.withdraw", "intent.claim", "op.propose",
          "op.commit",        "op.batch_commit", "conflict.report", "conflict.ack", "causality.lamport_clock"};
}

struct identity {
  protocol::principal_id principal_id; ///< such as `agent:alice`
  protocol::principal_type type = protocol::principal_type::agent;
  std::string display_name; ///< empty: the principal id is shown
  std::vector<std::string> roles = {"contributor"};
  std::vector<std::string> capabilities = usual_capabilities();
  std::optional<protocol::implementation_info> implementation = {};
  std::optional<protocol::backend> backend = {}; ///< which model works for it, if one does (SPEC 14.3.1)
};

} // namespace mpac::client
