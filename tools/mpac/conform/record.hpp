// Everything that was sent and heard in a run, connection by connection: what the checks of the wire look through.
#pragma once

#include "tools/mpac/json.hpp"

#include <deque>
#include <set>
#include <string>
#include <vector>

namespace mpac::tools::conform {

struct sent_message {
  std::string id; ///< empty for what was no envelope
  json::value body;
  bool is_well_formed = true; ///< false: sent to be refused
};

struct heard_message {
  std::string text;
  bool is_text = true;
  bool is_json = false;
  json::value body;
  std::string kind;      ///< `message_type`, or `type` of the workspace's own messages; empty: neither
  std::size_t after = 0; ///< how many messages had been sent on this connection when this one was read
  bool is_aside = false; ///< an answer to what was only asked to know that all was heard

  [[nodiscard]] bool is_envelope() const { return find(body, "message_type") != nullptr; }
};

/// One connection.
struct conversation {
  std::string session, principal;
  std::string check; ///< in which check it was
  std::vector<sent_message> sent;
  std::deque<heard_message> heard; ///< places stay where they are
};

struct record {
  std::deque<conversation> conversations; ///< places stay where they are
  std::set<std::string> principals;       ///< everybody we have spoken for

  /// Whether a message is the coordinator's own: its sender is none of ours.
  [[nodiscard]] bool is_coordinators(const heard_message& message) const {
    return message.is_envelope() && !principals.contains(std::string(text_at(message.body, "sender.principal_id")));
  }
};

} // namespace mpac::tools::conform
