// The messages of the operation layer (SPEC 16).
#pragma once

#include "protocol/ids.hpp"
#include "protocol/word.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

enum class atomicity { all_or_nothing, best_effort };

/// SPEC 16.2.
struct op_propose {
  protocol::op_id op_id;
  std::optional<protocol::intent_id> intent_id;
  std::string target;
  std::string op_kind;
  std::optional<std::string> change_ref;
  std::optional<std::string> summary;
};

/// One file of the workspace sideband's `file_changes`.
struct file_change {
  std::string content;
  std::string state_ref_before;
};

/// SPEC 16.3. The state refs are required by the specification; lenient clients send null or nothing.
struct op_commit {
  protocol::op_id op_id;
  std::optional<protocol::intent_id> intent_id;
  std::string target;
  std::string op_kind;
  std::optional<std::string> state_ref_before;
  std::optional<std::string> state_ref_after;
  std::optional<std::string> change_ref;
  std::optional<std::string> summary;
  std::map<std::string, file_change> file_changes; ///< not of the specification: never relayed
};

/// One entry of a batch (SPEC 16.8).
struct batch_operation {
  protocol::op_id op_id;
  std::optional<protocol::intent_id> intent_id; ///< some clients repeat the batch's
  std::string target;
  std::string op_kind;
  std::optional<std::string> state_ref_before;
  std::optional<std::string> state_ref_after;
  std::optional<std::string> change_ref;
};

/// SPEC 16.8.
struct op_batch_commit {
  op_id batch_id;
  std::optional<protocol::intent_id> intent_id;
  std::optional<word<protocol::atomicity>> atomicity; ///< lenient: missing means all_or_nothing
  std::vector<batch_operation> operations;
  std::optional<std::string> summary;
};

/// SPEC 16.4. `refers_to` and `rejected_ops` after O-023; `rejected_ops` is also what existing clients know.
struct op_reject {
  protocol::op_id op_id;
  std::string reason;
  std::optional<message_id> refers_to;
  std::optional<std::vector<protocol::op_id>> rejected_ops;
};

/// SPEC 16.5.
struct op_supersede {
  protocol::op_id op_id;
  protocol::op_id supersedes_op_id;
  std::optional<protocol::intent_id> intent_id;
  std::string target;
  std::optional<std::string> reason;
};

} // namespace mpac::protocol
