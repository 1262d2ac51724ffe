#include "cluster/webhook_memory.hpp"

#include <algorithm>

namespace mpac::cluster {

security::digest webhook_memory::name_of(const security::credential_request& asked) const {
  std::string all;
  const auto put = [&](const std::string& text) { // with its length, so that no two requests look the same
    all += std::to_string(text.size()) + ':' + text;
  };
  put(asked.credential.type);
  put(asked.credential.value);
  put(asked.credential.issuer ? "+" + *asked.credential.issuer : "-");
  put(asked.principal_id.str());
  put(asked.principal_type);
  put(asked.session_id.str());
  return security::keyed_sha256(key_, all);
}

std::optional<protocol::verified_identity> webhook_memory::recall(const security::credential_request& asked) {
  const auto name = name_of(asked);
  const std::lock_guard hold(mutex_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end())
    return std::nullopt;
  if (asked.when >= found->second->until) {
    drop(found->second);
    return std::nullopt;
  }
  return found->second->proven;
}

void webhook_memory::remember(const security::credential_request& asked, const protocol::verified_identity& proven,
                              base::duration span, std::uint64_t generation) {
  const auto until = std::min(asked.when + span, proven.expires_at);
  if (until <= asked.when || most_ == 0)
    return;
  const auto name = name_of(asked);
  const std::lock_guard hold(mutex_);
  if (generation != generation_)
    return;
  if (const auto found = by_name_.find(name); found != by_name_.end())
    drop(found->second);
  if (by_age_.size() >= most_)
    drop(by_age_.begin());
  by_age_.push_back({name, proven, until});
  by_name_.emplace(name, std::prev(by_age_.end()));
}

std::uint64_t webhook_memory::generation() const {
  const std::lock_guard hold(mutex_);
  return generation_;
}

void webhook_memory::forget_all() {
  const std::lock_guard hold(mutex_);
  ++generation_;
  by_name_.clear();
  by_age_.clear();
}

std::size_t webhook_memory::size() const {
  const std::lock_guard hold(mutex_);
  return by_age_.size();
}

void webhook_memory::drop(entries::iterator which) {
  by_name_.erase(which->of);
  by_age_.erase(which);
}

} // namespace mpac::cluster
