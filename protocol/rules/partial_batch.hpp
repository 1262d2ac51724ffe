// What becomes of the entries that a best_effort batch loses (SPEC 16.8).
#pragma once

#include "protocol/rules/rules.hpp"

#include <vector>

namespace mpac::protocol::rules {

/// Registers an entry that was refused: its life is over as it begins (SPEC 16.6.1), but it counts and is remembered.
void register_refused(operation_record operation, draft& out);

/// What is relayed of a batch of which some entries were refused: the sender's bytes with `rejected_ops` in the
/// payload, so that everybody learns what has happened and what has not. An OP_REJECT for each would tell it too, but
/// existing clients take any they hear for their own.
[[nodiscard]] frame_ptr with_refused(const frame_ptr& frame, const std::vector<op_reject>& rejected);

} // namespace mpac::protocol::rules
