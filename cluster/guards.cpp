#include "cluster/guards.hpp"

#include <algorithm>

namespace mpac::cluster {

// --- failed attempts ---

std::optional<base::duration> failed_attempts::refused_for(std::string_view address, base::instant now) {
  const std::lock_guard lock(guard_);
  return limiter_.refused_for(address, now);
}

void failed_attempts::failed(std::string_view address, base::instant now) {
  const std::lock_guard lock(guard_);
  limiter_.failed(address, now);
}

void failed_attempts::change(security::attempt_terms terms) {
  const std::lock_guard lock(guard_);
  limiter_.change(terms);
}

// --- pace ---

principal_pace::terms principal_pace::how() {
  const std::lock_guard lock(guard_);
  return how_;
}

void principal_pace::change(terms how) {
  const std::lock_guard lock(guard_);
  how_ = how;
}

std::optional<base::duration> principal_pace::wait_of(const protocol::principal_id& who, base::instant now) {
  const auto terms = how();
  if (terms.messages_per_sec <= 0)
    return std::nullopt;
  const double full = std::max(terms.burst, 1.0);
  auto& shelf = shelves_[std::hash<protocol::principal_id>{}(who) % shelves_.size()];
  const std::lock_guard lock(shelf.guard);
  if (shelf.buckets.size() >= shelf.look_again_at)
    drop_full(shelf, terms, now);
  const auto [found, is_new] = shelf.buckets.try_emplace(who, bucket{full, now});
  auto& one = found->second;
  one.tokens = std::min(full, one.tokens + base::to_seconds(now - one.refilled) * terms.messages_per_sec);
  one.refilled = now;
  if (one.tokens < 1)
    return base::from_seconds((1 - one.tokens) / terms.messages_per_sec);
  one.tokens -= 1;
  return std::nullopt;
}

void principal_pace::drop_full(shelf& from, const terms& how, base::instant now) {
  std::erase_if(from.buckets, [&](const auto& entry) {
    const auto& one = entry.second;
    return one.tokens + base::to_seconds(now - one.refilled) * how.messages_per_sec >= how.burst;
  });
  from.look_again_at = std::max<std::size_t>(1024, 2 * from.buckets.size());
}

// --- tenants ---

bool tenant_sessions::may_use(std::string_view tenant, const protocol::session_id& session) {
  if (tenant.empty())
    return true;
  const std::lock_guard lock(guard_);
  if (tenants_.contains(session)) // it is somebody's already
    return true;
  const auto found = counts_.find(std::string(tenant));
  return limit_ == 0 || found == counts_.end() || found->second < limit_;
}

void tenant_sessions::uses(std::string_view tenant, const protocol::session_id& session) {
  const std::lock_guard lock(guard_);
  if (!tenant.empty() && tenants_.try_emplace(session, tenant).second)
    ++counts_[std::string(tenant)];
}

void tenant_sessions::left(const protocol::session_id& session) {
  const std::lock_guard lock(guard_);
  const auto found = tenants_.find(session);
  if (found == tenants_.end())
    return;
  if (const auto count = counts_.find(found->second); --count->second == 0)
    counts_.erase(count);
  tenants_.erase(found);
}

void tenant_sessions::change(std::size_t limit) {
  const std::lock_guard lock(guard_);
  limit_ = limit;
}

} // namespace mpac::cluster
