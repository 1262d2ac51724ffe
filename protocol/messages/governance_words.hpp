// The words of the governance layer (SPEC 18.4): what each list says on the wire.
#pragma once

#include "protocol/word.hpp"

#include <array>

namespace mpac::protocol {

/// SPEC 18.4.
enum class decision_kind { approved, rejected, dismissed, human_override, policy_override, merged };

template <>
struct word_list<decision_kind> {
  using enum decision_kind;
  static constexpr bool acted_on = true;
  static constexpr auto words = std::to_array<listed_word<decision_kind>>({
      {approved, "approved"},
      {rejected, "rejected"},
      {dismissed, "dismissed"},
      {human_override, "human_override"},
      {policy_override, "policy_override"},
      {merged, "merged"},
  });
};

} // namespace mpac::protocol
