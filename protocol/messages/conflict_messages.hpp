// The messages of the conflict layer (SPEC 17).
#pragma once

#include "protocol/ids.hpp"
#include "protocol/json_text.hpp"
#include "protocol/watermark.hpp"
#include "protocol/word.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mpac::protocol {

enum class conflict_category {
  scope_overlap,
  concurrent_write,
  semantic_goal_conflict,
  assumption_contradiction,
  policy_violation,
  authority_conflict,
  dependency_breakage,
  resource_contention
};
enum class severity { info, low, medium, high, critical };
enum class basis_kind { rule, heuristic, model_inference, semantic_match, human_report };
enum class match_type { contradictory, equivalent, uncertain };
enum class ack_type { seen, accepted, disputed };

/// SPEC 17.7, 17.7.1.
struct basis {
  std::optional<word<basis_kind>> kind;
  std::optional<std::string> rule_id;
  std::optional<std::string> matcher;
  std::optional<word<protocol::match_type>> match_type;
  std::optional<double> confidence;
  std::optional<json_text> matched_pair;
  std::optional<std::string> explanation;
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
};

/// SPEC 17.3.
struct conflict_ack {
  protocol::conflict_id conflict_id;
  word<protocol::ack_type> ack_type;
};

/// SPEC 17.4.
struct conflict_escalate {
  protocol::conflict_id conflict_id;
  principal_id escalate_to;
  std::string reason;
  std::optional<std::string> context;
};

} // namespace mpac::protocol
