// The words of the conflict layer (SPEC 17): what each list says on the wire.
#pragma once

#include "protocol/word.hpp"

#include <array>

namespace mpac::protocol {

/// SPEC 17.5: recommended words, others are as good.
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

template <>
struct word_list<conflict_category> {
  using enum conflict_category;
  static constexpr bool acted_on = false;
  static constexpr bool open = true;
  static constexpr auto words = std::to_array<listed_word<conflict_category>>({
      {scope_overlap, "scope_overlap"},
      {concurrent_write, "concurrent_write"},
      {semantic_goal_conflict, "semantic_goal_conflict"},
      {assumption_contradiction, "assumption_contradiction"},
      {policy_violation, "policy_violation"},
      {authority_conflict, "authority_conflict"},
      {dependency_breakage, "dependency_breakage"},
      {resource_contention, "resource_contention"},
  });
};

/// SPEC 17.6.
enum class severity { info, low, medium, high, critical };

template <>
struct word_list<severity> {
  using enum severity;
  static constexpr bool acted_on = false;
  static constexpr bool open = true;
  static constexpr auto words = std::to_array<listed_word<severity>>({
      {info, "info"},
      {low, "low"},
      {medium, "medium"},
      {high, "high"},
      {critical, "critical"},
  });
};

/// SPEC 17.7.
enum class basis_kind { rule, heuristic, model_inference, semantic_match, human_report };

template <>
struct word_list<basis_kind> {
  using enum basis_kind;
  static constexpr bool acted_on = false;
  static constexpr bool open = true;
  static constexpr auto words = std::to_array<listed_word<basis_kind>>({
      {rule, "rule"},
      {heuristic, "heuristic"},
      {model_inference, "model_inference"},
      {semantic_match, "semantic_match"},
      {human_report, "human_report"},
  });
};

/// SPEC 17.7.1.
enum class match_type { contradictory, equivalent, uncertain };

template <>
struct word_list<match_type> {
  using enum match_type;
  static constexpr bool acted_on = false;
  static constexpr bool open = true;
  static constexpr auto words = std::to_array<listed_word<match_type>>({
      {contradictory, "contradictory"},
      {equivalent, "equivalent"},
      {uncertain, "uncertain"},
  });
};

/// SPEC 17.3.
enum class ack_type { seen, accepted, disputed };

template <>
struct word_list<ack_type> {
  using enum ack_type;
  static constexpr bool acted_on = true;
  static constexpr auto words = std::to_array<listed_word<ack_type>>({
      {seen, "seen"},
      {accepted, "accepted"},
      {disputed, "disputed"},
  });
};

} // namespace mpac::protocol
