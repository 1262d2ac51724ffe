// The words of the intent layer (SPEC 15, 14.7.4.1): what each list says on the wire.
#pragma once

#include "protocol/word.hpp"

#include <array>

namespace mpac::protocol {

/// SPEC 15.3.
enum class priority { low, normal, high, critical };

template <>
struct word_list<priority> {
  using enum priority;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<priority>>({
      {low, "low"},
      {normal, "normal"},
      {high, "high"},
      {critical, "critical"},
  });
};

/// SPEC 14.7.4.1.
enum class claim_decision { approved, rejected, withdrawn };

template <>
struct word_list<claim_decision> {
  using enum claim_decision;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<claim_decision>>({
      {approved, "approved"},
      {rejected, "rejected"},
      {withdrawn, "withdrawn"},
  });
};

/// What people say about a claim (O-069).
enum class claim_verdict { approved, rejected, objected };

template <>
struct word_list<claim_verdict> {
  using enum claim_verdict;
  static constexpr bool acted_on = true;
  static constexpr auto words = std::to_array<listed_word<claim_verdict>>({
      {approved, "approved"},
      {rejected, "rejected"},
      {objected, "objected"},
  });
};

/// SPEC 15.5.1: the two ways a deferral ends.
enum class deferral_status { resolved, expired };

template <>
struct word_list<deferral_status> {
  using enum deferral_status;
  static constexpr bool acted_on = false;
  static constexpr auto words = std::to_array<listed_word<deferral_status>>({
      {resolved, "resolved"},
      {expired, "expired"},
  });
};

} // namespace mpac::protocol
