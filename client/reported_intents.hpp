// Which intents CONFLICT_REPORT is about, whichever members a coordinator names them by (SPEC 17.2).
#pragma once

#include "protocol/messages/conflict_messages.hpp"

#include <algorithm>
#include <vector>

namespace mpac::client {

/// `related_intents`, and what existing coordinators name as `intent_a` and `intent_b`; none twice.
[[nodiscard]] inline std::vector<protocol::intent_id> reported_intents(const protocol::conflict_report& said) {
  auto all = said.related_intents;
  for (const auto* one : {&said.intent_a, &said.intent_b})
    if (*one && !(*one)->empty() && std::find(all.begin(), all.end(), **one) == all.end())
      all.push_back(**one);
  return all;
}

} // namespace mpac::client
