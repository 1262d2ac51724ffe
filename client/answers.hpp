// What the coordinator answers a participant's requests with, where it is not a message of the protocol itself.
#pragma once

#include "protocol/envelope.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mpac::client {

/// The coordinator has taken a message, kept it, and passed it on to everybody.
struct receipt {
  protocol::message_id message;
  /// The message as everybody heard it; false where the session passes nothing on to its sender, and acceptance is
  /// known from what came behind it (see `options::is_echoed`).
  bool was_echoed = true;
};

/// OP_PROPOSE was taken. In `post_commit` sessions that is all; in `pre_commit` ones the operation is authorised too,
/// and may be carried out (SPEC 7.8, 16.2).
struct proposal_receipt {
  protocol::message_id message;
  std::optional<protocol::principal_id> authorised_by; ///< of `pre_commit`
};

/// OP_BATCH_COMMIT was taken. With `best_effort` some entries may have been refused, never all (SPEC 16.8).
struct batch_receipt {
  protocol::message_id message;
  std::vector<protocol::op_id> rejected;
};

} // namespace mpac::client
