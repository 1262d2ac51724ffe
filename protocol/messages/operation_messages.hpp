// The messages of the operation layer (SPEC 16).
#pragma once

#include "protocol/ids.hpp"
#include "protocol/messages/operation_words.hpp"
#include "protocol/word.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

/// SPEC 16.2.
struct op_propose {
  protocol::op_id op_id;
  std::optional<protocol::intent_id> intent_id;
  std::string target;
  std::string op_kind;
  std::optional<std::string> change_ref;
  std::optional<std::string> summary;

  friend bool operator==(const op_propose&, const op_propose&) = default;
};

/// One file of the workspace sideband's `file_changes`.
struct file_change {
  std::string content;
  std::string state_ref_before;

  friend bool operator==(const file_change&, const file_change&) = default;
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

  friend bool operator==(const op_commit&, const op_commit&) = default;
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

  friend bool operator==(const batch_operation&, const batch_operation&) = default;
};

/// SPEC 16.8.
struct op_batch_commit {
  op_id batch_id;
  std::optional<protocol::intent_id> intent_id;
  std::optional<word<protocol::atomicity>> atomicity; ///< lenient: missing means all_or_nothing
  std::vector<batch_operation> operations;
  std::optional<std::string> summary;

  friend bool operator==(const op_batch_commit&, const op_batch_commit&) = default;
};

/// SPEC 16.4. `refers_to` and `rejected_ops` after O-023; `rejected_ops` is also what existing clients know.
struct op_reject {
  protocol::op_id op_id;
  std::string reason;
  std::optional<message_id> refers_to;
  std::optional<std::vector<protocol::op_id>> rejected_ops;

  friend bool operator==(const op_reject&, const op_reject&) = default;
};

/// SPEC 16.5.
struct op_supersede {
  protocol::op_id op_id;
  protocol::op_id supersedes_op_id;
  std::optional<protocol::intent_id> intent_id;
  std::string target;
  std::optional<std::string> reason;

  friend bool operator==(const op_supersede&, const op_supersede&) = default;
};

} // namespace mpac::protocol
