#include "tests/simulation/policies.hpp"

#include "tests/simulation/dice.hpp"

#include <memory>

namespace mpac::tests {

using namespace mpac::protocol;
using namespace std::chrono_literals;

namespace {

base::duration some(dice& chance, std::initializer_list<base::duration> from) {
  return from.begin()[chance.roll(static_cast<std::uint32_t>(from.size()))];
}

void set_timeouts(session_policy& policy, dice& chance) {
  auto& live = policy.liveness;
  live.heartbeat_interval = some(chance, {5s, 15s, 40s});
  live.unavailability_timeout = some(chance, {3s, 8s, 90s});
  live.default_intent_ttl = some(chance, {5s, 60s});
  live.default_deferral_ttl = some(chance, {2s, 20s});
  live.intent_claim_grace_period = some(chance, {0s, 2s, 10s});
  live.intent_backoff_initial = some(chance, {0s, 1s, 4s});
  live.intent_backoff_max = 8s;
  auto& governance = policy.governance;
  governance.resolution_timeout = some(chance, {0s, 2s, 6s, 30s});
  governance.frozen_scope_phase_1 = some(chance, {1s, 5s});
  governance.frozen_scope_phase_2 = some(chance, {1s, 5s});
  governance.frozen_scope_disable_phase_3 = chance.roll(5) == 0;
  governance.intent_expiry_grace = some(chance, {0s, 10s, 30s});
}

} // namespace

shared_policy founding_policy(std::uint64_t seed, std::size_t session) {
  dice chance(seed * 31 + session);
  session_policy policy;
  const bool is_governed = session != 0 && chance.roll(2) != 0;
  if (is_governed) {
    policy.compliance_profile = chance.roll(2) ? compliance_profile::governance : compliance_profile::semantic;
    policy.execution_model = chance.roll(3) ? execution_model::pre_commit : execution_model::post_commit;
  }
  policy.race_lock = chance.roll(5) == 0;
  policy.strict = chance.roll(5) == 0;
  if (chance.roll(5) == 0)
    policy.unknown_intent_commit = unknown_intent_commit::reject;
  if (chance.roll(6) == 0)
    policy.routing.relay = chance.roll(2) ? relay_to::others : relay_to::none;
  if (chance.roll(2))
    policy.routing.authorization_to = authorization_audience::all;
  if (chance.roll(2))
    policy.routing.claim_status_to = claim_status_audience::all;
  auto& backends = policy.liveness.backend_health_policy;
  backends.enabled = chance.roll(3) != 0;
  backends.auto_switch = static_cast<backend_switching>(chance.roll(3));
  if (chance.roll(2))
    backends.allowed_providers = {"one", "two"};
  policy.liveness.intent_claim_approval = static_cast<claim_approval>(chance.roll(3));
  policy.lifecycle.auto_close = chance.roll(12) == 0;
  set_timeouts(policy, chance);
  return std::make_shared<const session_policy>(std::move(policy));
}

shared_policy changed_policy(const session_policy& from, std::uint32_t choices) {
  dice chance(choices);
  auto policy = from;
  set_timeouts(policy, chance);
  return std::make_shared<const session_policy>(std::move(policy));
}

} // namespace mpac::tests
