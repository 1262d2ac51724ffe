// The messages of the conflict layer (SPEC 17).
#pragma once

#include "protocol/ids.hpp"
#include "protocol/json_text.hpp"
#include "protocol/messages/conflict_words.hpp"
#include "protocol/watermark.hpp"
#include "protocol/word.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

/// SPEC 17.7, 17.7.1.
struct basis {
  std::optional<word<basis_kind>> kind;
  std::optional<std::string> rule_id;
  std::optional<std::string> matcher;
  std::optional<word<protocol::match_type>> match_type;
  std::optional<double> confidence;
  std::optional<json_text> matched_pair;
  std::optional<std::string> explanation;

  friend bool operator==(const basis&, const basis&) = default;
};

/// SPEC 17.2, and the members existing clients read (`principal_a` ... `intent_b`).
struct conflict_report {
  protocol::conflict_id conflict_id;
  std::vector<intent_id> related_intents;
  std::vector<op_id> related_ops;
  word<conflict_category> category;
  word<protocol::severity> severity;
  std::optional<protocol::basis> basis;
  std::optional<watermark> based_on_watermark;
  std::optional<std::string> description;
  std::optional<std::string> suggested_action;
  std::optional<principal_id> principal_a, principal_b;
  std::optional<intent_id> intent_a, intent_b;
  std::optional<std::vector<principal_id>> involved_principals;
  std::optional<json_text> dependency_detail;

  friend bool operator==(const conflict_report&, const conflict_report&) = default;
};

/// SPEC 17.3.
struct conflict_ack {
  protocol::conflict_id conflict_id;
  word<protocol::ack_type> ack_type;

  friend bool operator==(const conflict_ack&, const conflict_ack&) = default;
};

/// SPEC 17.4.
struct conflict_escalate {
  protocol::conflict_id conflict_id;
  principal_id escalate_to;
  std::string reason;
  std::optional<std::string> context;

  friend bool operator==(const conflict_escalate&, const conflict_escalate&) = default;
};

} // namespace mpac::protocol
