// What a session remembers so that nothing is taken twice, and no key that is gone (SPEC 23.1.2, 23.1.6).
#include "protocol/session.hpp"

#include <algorithm>

namespace mpac::protocol {

/// Refused messages too, but no HELLO whose credential failed, for anybody may send those. For two windows: a timestamp
/// may lie one ahead, and is good for one more.
void session::remember(const cause& why) {
  const bool is_known = why.kind && why.who && why.error != error_code::credential_rejected;
  if (policy_->security_profile != security_profile::open && is_known)
    recent_messages_.own().remember({why.when + 2 * policy_->security.replay_window, *why.who, why.message}, why.when);
}

void session::apply(const participant_key_changed& e) {
  auto* who = people_.plain(e.who);
  if (!who)
    return;
  if (who->identity && !is_retired(who->identity->key_id))
    retired_keys_.push_back(who->identity->key_id);
  if (retired_keys_.size() > remembered_keys)
    retired_keys_.erase(retired_keys_.begin());
  who->identity = e.identity;
}

bool session::is_retired(const std::string& key_id) const {
  return !key_id.empty() && std::find(retired_keys_.begin(), retired_keys_.end(), key_id) != retired_keys_.end();
}

} // namespace mpac::protocol
