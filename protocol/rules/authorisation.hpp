// Who may execute what has been proposed (SPEC 7.8): the coordinator authorises as soon as nothing speaks against it.
#pragma once

#include "protocol/rules/rules.hpp"

#include <span>
#include <vector>

namespace mpac::protocol::rules {

/// Operations that become pending together (SPEC 16.6.1 rows 1, 3 and 14): registers them and, in `pre_commit`, looks
/// for whom they would disturb and authorises what nobody disputes. `touching` says what they touch, one entry for each
/// target; an operation may stand there several times.
void take_up(std::vector<operation_record> fresh, std::span<const operation_record> touching,
             const intent_record* intent, draft& out);

/// Authorises those of `candidates` that may be executed; an `all_or_nothing` batch as a whole or not at all.
void authorise_free(const std::vector<const operation_record*>& candidates, draft& out);

} // namespace mpac::protocol::rules
