// The workspace sideband: messages beside the protocol (no SPEC chapter) by which existing clients read shared files.
#pragma once

#include "protocol/envelope.hpp"
#include "protocol/scope.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mpac::protocol {

// Each is one JSON object with a top-level `type` instead of an envelope. They belong to one connection and are never
// relayed. Where a member of an answer is absent the wire carries null, as existing clients expect of these messages.

/// FILE_LIST: asks which files there are.
struct file_list_request {
  friend bool operator==(const file_list_request&, const file_list_request&) = default;
};

/// FILE_READ: asks for one file, by exactly the path FILE_LIST gave.
struct file_read_request {
  std::string path;

  friend bool operator==(const file_read_request&, const file_read_request&) = default;
};

/// SESSION_SUMMARY: asks how the session stands.
struct session_summary_request {
  friend bool operator==(const session_summary_request&, const session_summary_request&) = default;
};

/// One entry of FILE_LIST_RESPONSE.
struct listed_file {
  std::string path;
  std::string state_ref;
  std::int64_t size = 0; ///< in Unicode code points, not bytes
};

/// FILE_LIST_RESPONSE, sorted by path.
struct file_list_response {
  std::vector<listed_file> files;
};

/// FILE_CONTENT: answers FILE_READ.
struct file_content {
  std::string path;
  std::string content;
  std::string state_ref;
};

/// FILE_ERROR: answers a FILE_READ that can't be served. `error` is `File not found` where there is no such file.
struct file_error {
  std::string path;
  std::string error;
};

/// FILE_UPDATED: tells every participant that a commit changed a file.
struct file_updated {
  std::string path;
  std::string state_ref;
  protocol::principal_id updated_by;
};

struct participant_summary {
  protocol::principal_id principal_id;
  std::string display_name;
  std::vector<std::string> roles;
  std::string status;
  bool is_available = false;
  std::string last_seen; ///< RFC 3339
};

struct intent_summary {
  protocol::intent_id intent_id;
  protocol::principal_id principal_id;
  std::string objective;
  std::string state;
  protocol::scope scope;
  std::optional<protocol::principal_id> claimed_by;
};

struct conflict_summary {
  protocol::conflict_id conflict_id;
  std::string category, severity, state;
  std::optional<protocol::principal_id> principal_a, principal_b;
  std::optional<protocol::intent_id> intent_a, intent_b;
};

/// The `session` object of SESSION_SUMMARY_RESPONSE; the admin listener answers with the same.
struct session_overview {
  protocol::session_id session_id;
  std::optional<std::string> workspace_dir;
  std::string captured_at; ///< RFC 3339
  std::int64_t participant_count = 0, active_intent_count = 0, open_conflict_count = 0;
  std::vector<participant_summary> participants;
  std::vector<intent_summary> active_intents;
  std::vector<conflict_summary> open_conflicts;
};

/// SESSION_SUMMARY_RESPONSE.
struct session_summary_response {
  session_overview session;
};

/// What participants say on the sideband.
using sideband_request = std::variant<file_list_request, file_read_request, session_summary_request>;

/// What the hub says on the sideband.
using sideband_answer =
    std::variant<file_list_response, file_content, file_error, file_updated, session_summary_response>;

} // namespace mpac::protocol
