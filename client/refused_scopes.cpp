#include "client/refused_scopes.hpp"

#include "client/policy_reading.hpp"

#include <algorithm>
#include <cmath>

namespace mpac::client {

using namespace protocol;

void refused_scopes::follow(const session_info& session) {
  if (!session.liveness_policy)
    return;
  const auto& policy = *session.liveness_policy;
  // 0 means that the coordinator does not enforce it; the specification recommends it to participants all the same.
  if (const auto initial = seconds_in(policy, "intent_backoff_initial_sec"); initial && *initial > 0)
    initial_ = base::from_seconds(*initial);
  if (const auto longest = seconds_in(policy, "intent_backoff_max_sec"); longest && *longest > 0)
    longest_ = base::from_seconds(*longest);
  if (const auto multiplier = seconds_in(policy, "intent_backoff_multiplier"); multiplier && *multiplier >= 1)
    multiplier_ = *multiplier;
}

void refused_scopes::announced(const intent_id& id, scope scope, base::instant now) {
  mine_.insert_or_assign(id, intent{std::move(scope), now});
}

void refused_scopes::rescoped(const intent_id& id, scope scope) {
  if (const auto known = mine_.find(id); known != mine_.end())
    known->second.scope = std::move(scope);
}

void refused_scopes::refused(const intent_id& id, base::instant now) {
  const auto known = mine_.extract(id);
  if (known.empty())
    return;
  const auto& scope = known.mapped().scope;
  const auto before = waits_.refusals(me_, scope, now);
  const auto wait = std::min(static_cast<double>(longest_.count()),
                             static_cast<double>(initial_.count()) * std::pow(multiplier_, before));
  const base::duration span{static_cast<std::int64_t>(wait)};
  waits_.start(me_, {scope, before + 1, now, now + span, now + span + longest_});
}

void refused_scopes::too_early(const scope& scope, base::duration remaining, base::instant now) {
  const auto before = std::max<std::uint32_t>(waits_.refusals(me_, scope, now), 1);
  const auto wait = std::min(remaining, longest_);
  waits_.start(me_, {scope, before, now, now + wait, now + wait + longest_});
}

void refused_scopes::ended(const intent_id& id) {
  if (const auto known = mine_.extract(id); !known.empty())
    waits_.forget(me_, known.mapped().scope, known.mapped().began);
}

std::optional<base::duration> refused_scopes::wait_for(const scope& scope, base::instant now) const {
  const auto* held = waits_.against(me_, scope, now);
  return held ? std::optional(held->until - now) : std::nullopt;
}

} // namespace mpac::client
