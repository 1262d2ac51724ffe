// The policies under which simulated sessions live: every profile and model, and short timeouts.
#pragma once

#include "protocol/policy.hpp"

#include <cstddef>
#include <cstdint>

namespace mpac::tests {

/// The policy that a session of a seed begins with.
[[nodiscard]] protocol::shared_policy founding_policy(std::uint64_t seed, std::size_t session);

/// The same with other timeouts: what an operator may change while the session runs.
[[nodiscard]] protocol::shared_policy changed_policy(const protocol::session_policy& from, std::uint32_t choices);

} // namespace mpac::tests
