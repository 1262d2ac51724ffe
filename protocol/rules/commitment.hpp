// How an operation becomes COMMITTED (SPEC 7.8, 16.3): declared at once, or carried out as it was proposed.
#pragma once

#include "protocol/rules/operation_vetting.hpp"

#include <optional>
#include <string>

namespace mpac::protocol::rules {

/// What is said to have been carried out, alone or in a batch.
struct completion {
  const op_id& id;
  const std::string& target;
  const std::string& op_kind;
  const std::optional<intent_id>& intent;
  const std::optional<std::string>& state_ref_before;
};

/// Why a pending operation may not be carried out by this sender, now, in this way (O-106, O-110, O-111).
[[nodiscard]] std::optional<refusal> obstacle(const operation_record& pending, const completion& said,
                                              const incoming& from, const draft& out);

/// The live intent of an operation; null when it has none or that has ended.
[[nodiscard]] const intent_record* intent_of(const operation_record& operation, const session& facts);

/// A pending operation with what its completion says; its state is still the old one.
[[nodiscard]] operation_record carried_out(const operation_record& pending,
                                           const std::optional<std::string>& state_ref_before,
                                           const std::optional<std::string>& state_ref_after, const draft& out);

/// Notes that an operation is COMMITTED after `how`, with all that follows from it for its target, for the disputes of
/// its intent, and for what it undoes. `is_written`: the commit itself makes its target a workspace file, which then
/// knows its ref.
void commit(operation_record& operation, operation_event how, const intent_record* intent, bool is_written, draft& out);

} // namespace mpac::protocol::rules
