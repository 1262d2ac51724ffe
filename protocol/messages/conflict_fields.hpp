// The field tables of the conflict layer (SPEC 13.1, 17).
#pragma once

#include "protocol/messages/conflict_messages.hpp"
#include "protocol/messages/field.hpp"
#include "protocol/messages/object_fields.hpp"

namespace mpac::protocol {

template <>
struct fields<basis> {
  static constexpr std::string_view schema = "basis";
  static constexpr auto table = std::tuple{
      expected("kind", &basis::kind),
      optional("rule_id", &basis::rule_id),
      optional("matcher", &basis::matcher),
      optional("match_type", &basis::match_type),
      optional("confidence", &basis::confidence, {.at_most = 1}),
      optional("matched_pair", &basis::matched_pair, {.shape = json_shape::object}),
      optional("explanation", &basis::explanation),
  };
};

template <>
struct fields<conflict_report> {
  static constexpr bool rests_on_watermark = true; // SPEC 7.3
  static constexpr auto table = std::tuple{
      required("conflict_id", &conflict_report::conflict_id),
      optional("related_intents", &conflict_report::related_intents),
      optional("related_ops", &conflict_report::related_ops),
      required("category", &conflict_report::category),
      required("severity", &conflict_report::severity),
      expected("basis", &conflict_report::basis),
      expected("based_on_watermark", &conflict_report::based_on_watermark),
      expected("description", &conflict_report::description),
      optional("suggested_action", &conflict_report::suggested_action),
      optional("principal_a", &conflict_report::principal_a),
      optional("principal_b", &conflict_report::principal_b),
      optional("intent_a", &conflict_report::intent_a),
      optional("intent_b", &conflict_report::intent_b),
      optional("involved_principals", &conflict_report::involved_principals),
      optional("dependency_detail", &conflict_report::dependency_detail, {.shape = json_shape::object}),
  };
  static std::optional<mistake> strict_problems(const conflict_report& report) {
    if (report.related_intents.empty() && report.related_ops.empty())
      return mistake{"related_intents", "names nothing, and related_ops neither"};
    return std::nullopt;
  }
};

template <>
struct fields<conflict_ack> {
  static constexpr auto table = std::tuple{
      required("conflict_id", &conflict_ack::conflict_id),
      required("ack_type", &conflict_ack::ack_type),
  };
};

template <>
struct fields<conflict_escalate> {
  static constexpr auto table = std::tuple{
      required("conflict_id", &conflict_escalate::conflict_id),
      required("escalate_to", &conflict_escalate::escalate_to),
      required("reason", &conflict_escalate::reason),
      optional("context", &conflict_escalate::context),
  };
};

} // namespace mpac::protocol
