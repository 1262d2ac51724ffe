#include "protocol/conflict.hpp"

#include <utility>

namespace mpac::protocol {

bool may_resolve(const rights& authority, const principal_id& who, const std::optional<principal_id>& escalated_to) {
  if (escalated_to)
    return authority.arbitrate || (authority.resolve && who == *escalated_to);
  return authority.resolve;
}

ruling dispute::consider(std::shared_ptr<const deliberation> what) const {
  auto answer = std::visit([&](const auto& request) { return answer_to(request, *what); }, what->request);
  return {std::move(what), std::move(answer)};
}

void dispute::absorb(const ruling& what) {
  if (const auto* granted = what.accepted()) {
    state_ = granted->to;
    if (granted->escalated_to)
      escalated_to_ = granted->escalated_to;
  }
}

dispute::answer dispute::answer_to(const conflict_ack& request, const deliberation& what) const {
  if (!what.is_related)
    return refuse(error_code::authorization_failed,
                  "'" + what.who.str() + "' owns nothing that conflict '" + id_.str() + "' is about", what);
  if (is_settled(state_))
    return refuse(error_code::invalid_reference, "conflict '" + id_.str() + "' is settled already", what);
  // `disputed` and later acknowledgements are recorded without a transition (O-117).
  if (request.ack_type.is(ack_type::disputed))
    return ruling::granted{state_, {}};
  return ruling::granted{next(state_, conflict_event::acknowledged).value_or(state_), {}};
}

dispute::answer dispute::answer_to(const conflict_escalate& request, const deliberation& what) const {
  if (!what.authority.act)
    return refuse(error_code::authorization_failed, "'" + what.who.str() + "' is an observer and decides nothing",
                  what);
  const auto to = next(state_, conflict_event::escalated);
  if (!to)
    return refuse(error_code::invalid_reference,
                  "conflict '" + id_.str() + "' is " + std::string(to_string(state_)) + " and can't be escalated",
                  what);
  if (!what.target_exists)
    return refuse(error_code::invalid_reference,
                  "payload.escalate_to: '" + request.escalate_to.str() + "' is not in this session", what);
  if (!what.target_has_authority)
    return refuse(error_code::authorization_failed,
                  "payload.escalate_to: '" + request.escalate_to.str() + "' is neither owner nor arbiter", what);
  return ruling::granted{*to, request.escalate_to};
}

dispute::answer dispute::answer_to(const resolution& request, const deliberation& what) const {
  // Authority first: who lacks it takes no part in the ordering (SPEC 18.4).
  if (!may_resolve(what.authority, what.who, escalated_to_))
    return refuse(error_code::authorization_failed,
                  "'" + what.who.str() + "' may not resolve conflict '" + id_.str() + "': " +
                      (escalated_to_ ? "it was escalated to '" + escalated_to_->str() + "', who decides, or an arbiter"
                                     : std::string("that takes an owner or an arbiter")),
                  what);
  const auto resolved = next(state_, conflict_event::resolved);
  if (!resolved)
    return refuse(error_code::resolution_conflict, "conflict '" + id_.str() + "' is resolved already", what);
  const bool says_rollback = request.outcome && request.outcome->rollback && !request.outcome->rollback->empty();
  if (what.rejects_committed && !says_rollback)
    return refuse(error_code::malformed_message,
                  "payload.outcome.rollback: required, because outcome.rejected names a committed operation", what);
  return ruling::granted{next(*resolved, conflict_event::archived).value(), {}};
}

refusal dispute::refuse(error_code code, std::string why, const deliberation& what) const {
  return {code, std::move(why), what.message};
}

} // namespace mpac::protocol
