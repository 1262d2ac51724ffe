// The records that samples are made of.
#pragma once

#include "protocol/log_chain.hpp"
#include "protocol/session_image.hpp"

#include <memory>
#include <string>

namespace mpac::tests {

/// A moment, so many seconds after the first.
[[nodiscard]] base::instant second(int count);

[[nodiscard]] protocol::scope sample_scope(const std::string& name);
[[nodiscard]] std::shared_ptr<const protocol::backend_record> sample_backend();
[[nodiscard]] protocol::participant_record sample_participant();
[[nodiscard]] std::shared_ptr<const protocol::verified_identity> sample_identity();
[[nodiscard]] protocol::intent_record sample_intent(const std::string& name);
[[nodiscard]] protocol::announce_backoff sample_backoff();
[[nodiscard]] protocol::deferral_record sample_deferral();
[[nodiscard]] protocol::claim_record sample_claim(const std::string& name);
[[nodiscard]] protocol::operation_record sample_operation(const std::string& name);
[[nodiscard]] protocol::conflict_record sample_conflict(const std::string& name);
[[nodiscard]] protocol::chain_step sample_chain();
[[nodiscard]] protocol::shared_policy sample_policy(const std::string& name);

} // namespace mpac::tests
