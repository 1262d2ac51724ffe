// The body of `POST /api/v1/sessions/{id}/claims/{claim_id}`: what an operator says about a claim (SPEC 14.7.4, O-069).
#pragma once

#include "base/result.hpp"
#include "config/problem.hpp"
#include "protocol/messages/session_messages.hpp"

#include <optional>
#include <string_view>

namespace mpac::cluster {

struct claim_request {
  protocol::claim_answer said;
  std::optional<protocol::principal_id> by; ///< the owner or arbiter in whose name; nobody: the coordinator's
};

/// Reads `{"decision": "approve" | "reject", "reason": …, "by": …}`. The error tells every bad member.
[[nodiscard]] base::result<claim_request, config::problems> read_claim_request(protocol::claim_id claim,
                                                                               std::string_view json);

} // namespace mpac::cluster
