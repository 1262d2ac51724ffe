// The wait before a refused scope may be announced again (SPEC 15.3.1).
#include "protocol/rules/rules.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

base::duration wait_after(std::uint32_t refusals, const liveness_policy& policy) {
  double seconds = base::to_seconds(policy.intent_backoff_initial);
  const double most = base::to_seconds(policy.intent_backoff_max);
  for (std::uint32_t i = 1; i < refusals && seconds < most; ++i)
    seconds *= policy.intent_backoff_multiplier;
  return base::from_seconds(std::min(seconds, most));
}

} // namespace

void start_backoff(const intent_record& refused, const conflict_record& conflict, draft& out) {
  const auto& policy = out.policy().liveness;
  if (policy.intent_backoff_initial == base::duration::zero() || conflict.category != conflict_category::scope_overlap)
    return;
  const auto earlier = out.facts().backoffs().refusals(refused.principal_id, refused.scope, out.now());
  announce_backoff backoff;
  backoff.scope = refused.scope;
  backoff.refusals = earlier + 1;
  backoff.refused_at = out.now();
  backoff.until = out.now() + wait_after(backoff.refusals, policy);
  backoff.forget_at = std::max(backoff.until, out.now() + 2 * policy.intent_backoff_max); // O-082
  out.note(announce_refused{refused.principal_id, std::move(backoff)});
}

void end_backoff(const intent_record& ended, intent_event why, draft& out) {
  const auto& backoffs = out.facts().backoffs();
  if (backoffs.empty() || why == intent_event::resolution_rejected ||
      !backoffs.knows(ended.principal_id, ended.scope, ended.received_at))
    return;
  out.note(refusals_forgotten{ended.principal_id, ended.scope, ended.received_at});
}

} // namespace mpac::protocol::rules
