#include "client/coordinator_fence.hpp"

#include <algorithm>

namespace mpac::client {
namespace {

using namespace protocol;
using verdict = coordinator_fence::verdict;

/// Nobody but a coordinator sends these, and none passes them on: they alone may tell of another one.
bool is_coordinators_kind(const message_body& body) {
  return std::holds_alternative<session_info>(body) || std::holds_alternative<session_close>(body) ||
         std::holds_alternative<coordinator_status>(body) || std::holds_alternative<intent_claim_status>(body);
}

} // namespace

verdict coordinator_fence::judge(const envelope& said) {
  const auto& from = said.sender;
  const bool is_telling = is_coordinators_kind(said.body);
  if (!is_telling && (who_.empty() || from.principal_id != who_))
    return who_.empty() && std::holds_alternative<protocol_error>(said.body) ? verdict::current : verdict::participant;
  const auto epoch = said.coordinator_epoch ? static_cast<std::uint64_t>(*said.coordinator_epoch) : epoch_;
  const auto lamport = said.watermark ? lamport_of(*said.watermark) : std::nullopt;
  const auto believe = [&](verdict v) {
    if (v != verdict::current)
      lamport_ = 0;
    who_ = from.principal_id;
    instance_ = from.sender_instance_id;
    epoch_ = epoch;
    lamport_ = std::max(lamport_, lamport.value_or(0));
    return v;
  };
  if (who_.empty())
    return believe(verdict::current);
  if (epoch < epoch_) {
    const bool is_recalled = recalls_ && epoch >= recalls_->epoch && lamport && *lamport > recalls_->above_lamport;
    return is_recalled ? verdict::current : verdict::stale;
  }
  if (epoch > epoch_)
    return believe(verdict::successor);
  if (from.principal_id == who_ && from.sender_instance_id == instance_)
    return believe(verdict::current);
  // Two claim the same epoch: the one whose clock is ahead is believed.
  return lamport && *lamport > lamport_ ? believe(verdict::usurper) : verdict::rival;
}

} // namespace mpac::client
