// Which event of the tables a decision's move stands for: what a decision is about, and which move it makes, says it.
#pragma once

#include "tests/simulation/shadow.hpp"

namespace mpac::tests {

[[nodiscard]] protocol::intent_event cause_of(const protocol::intent_moved& moved, const protocol::decision& made);
[[nodiscard]] protocol::operation_event cause_of(const protocol::operation_registered& begun,
                                                 const protocol::decision& made);
/// `operation` as it was before.
[[nodiscard]] protocol::operation_event cause_of(const protocol::operation_moved& moved,
                                                 const operation_shadow& operation, const session_shadow& session,
                                                 const protocol::decision& made);
[[nodiscard]] protocol::conflict_event cause_of(const protocol::conflict_moved& moved);
[[nodiscard]] protocol::conflict_event cause_of(const protocol::conflict_ended& ended, const protocol::decision& made);

} // namespace mpac::tests
