// How pending operations end without having been committed (SPEC 15.7, 16.4).
#pragma once

#include "protocol/rules/rules.hpp"

#include <string_view>
#include <vector>

namespace mpac::protocol::rules {

/// Refuses pending operations in the coordinator's name: each its proposer hears of, and whoever caused it. Of an
/// `all_or_nothing` batch all entries fall with the first, with one OP_REJECT that names the batch (O-114).
void reject(const std::vector<const operation_record*>& operations, operation_event why, std::string_view reason,
            draft& out);

/// Dismisses the conflicts that the end of an operation leaves without a living party (SPEC 17.9).
void dismiss_conflicts_about(const operation_record& ended, draft& out);

/// What falls with an operation: all of its batch where that is `all_or_nothing`, itself otherwise. Pending ones.
[[nodiscard]] std::vector<const operation_record*> unit_of(const operation_record& operation, const session& facts);

} // namespace mpac::protocol::rules
