// The messages of the governance layer (SPEC 18), and the one for errors (SPEC 22).
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/ids.hpp"
#include "protocol/json_text.hpp"
#include "protocol/messages/governance_words.hpp"
#include "protocol/word.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

/// SPEC 18.4: ids of intents and operations.
struct outcome {
  std::optional<std::vector<std::string>> accepted, rejected, merged;
  std::optional<std::string> rollback;

  friend bool operator==(const outcome&, const outcome&) = default;
};

/// SPEC 18.4. `resolution_id` and `rationale` are required by the specification; existing clients leave them out.
struct resolution {
  std::optional<protocol::resolution_id> resolution_id;
  protocol::conflict_id conflict_id;
  word<decision_kind> decision;
  std::optional<protocol::outcome> outcome;
  std::optional<std::string> rationale;

  friend bool operator==(const resolution&, const resolution&) = default;
};

/// SPEC 22.1.
struct protocol_error {
  word<protocol::error_code> error_code;
  std::optional<message_id> refers_to;
  std::string description;
  std::optional<json_text> extensions;

  friend bool operator==(const protocol_error&, const protocol_error&) = default;
};

} // namespace mpac::protocol
