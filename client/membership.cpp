#include "client/membership.hpp"

#include <algorithm>
#include <utility>

namespace mpac::client {

using namespace protocol;

base::result<membership, std::string> membership::of(const options& how, instance_id instance) {
  auto keys = trusted_keys::of(how.trust);
  if (!keys)
    return base::fail(std::move(keys.error()));
  return base::result<membership, std::string>{boost::system::in_place_value,
                                               membership(how, std::move(instance), std::move(*keys))};
}

membership::membership(const options& how, instance_id instance, trusted_keys keys)
    : who_(how.who), session_(how.session), version_(how.protocol_version), credential_(how.credential),
      connect_timeout_(how.connect_timeout), is_echoed_(how.is_echoed), begins_with_summary_(how.begins_with_summary),
      instance_(std::move(instance)), signs_(how.trust.signing_key), keys_(std::move(keys)),
      open_(how.who.principal_id), refused_(how.who.principal_id), view_(how.who.principal_id) {
  if (who_.display_name.empty())
    who_.display_name = who_.principal_id.str();
  if (signs_)
    keys_.learn_own(who_.principal_id, signs_->verifying());
}

step membership::connection_lost(base::instant now, const std::optional<std::string>& too_large) {
  step made;
  if (too_large)
    open_.too_large(*too_large, made.done);
  standing_ = standing::away;
  is_gap_open_ = is_summary_the_end_ = is_summary_unasked_ = false;
  watch_.pause();
  open_.connection_lost(made.done);
  settle(made, now);
  return made;
}

step membership::leave(ended::reason why, const std::string& what, obstacle as) {
  step made;
  standing_ = standing::away;
  watch_.pause();
  open_.give_up(as, what, made.done);
  unsettled_.clear();
  claiming_.clear();
  made.is_over = why;
  return made;
}

base::instant membership::next_look() const noexcept {
  auto next = open_.next_due();
  if (is_joined())
    next = std::min({next, watch_.next_heartbeat(), watch_.silent_at(), watch_.dead_at()});
  if (standing_ == standing::missing)
    next = std::min(next, missed_due_);
  return next;
}

step membership::look(base::instant now) {
  step made;
  view_.look(now, understands_extensions_);
  if (standing_ == standing::missing && missed_due_ <= now)
    end_of_missed(missed_, false, now, made);
  if (is_joined() && watch_.look(now))
    tell(coordinator_silent{}, now, made);
  // SPEC 8.1.1.1: participants attempt to connect again. Where others are heard still, that would not help.
  made.has_to_reconnect = is_joined() && watch_.dead_at() <= now;
  if (is_joined() && watch_.next_heartbeat() <= now) {
    watch_.heartbeat_sent(now);
    say(heartbeat_, now, made);
  }
  open_.look(now, made.done);
  settle(made, now);
  return made;
}

void membership::tell(event what, base::instant now, step& into) {
  view_.take(what, now);
  into.events.push_back(std::move(what));
}

} // namespace mpac::client
