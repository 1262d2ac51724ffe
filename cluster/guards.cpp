#include "cluster/guards.hpp"

#include <algorithm>
#include <map>
#include <utility>

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

struct tenant_sessions::ledger {
  /// A session in memory, as long as anybody uses it or asks for it.
  struct entry {
    std::string owner;                         ///< the tenant on whose account it is used; empty: nobody uses it yet
    std::map<std::string, std::size_t> asking; ///< tenants who hold places for it then, and how many
    bool is_gone = false;                      ///< it has left memory
  };

  void count_off(const std::string& tenant) {
    if (const auto count = counts.find(tenant); --count->second == 0)
      counts.erase(count);
  }

  std::mutex guard; // of all that follows
  std::size_t limit = 0;
  std::unordered_map<std::string, std::size_t> counts; ///< of sessions that a tenant uses or asks for
  std::unordered_map<protocol::session_id, std::shared_ptr<entry>> sessions;
};

class tenant_sessions::place final : public actors::tenant_place {
public:
  /// `of` is null where there is nothing to count.
  place(std::shared_ptr<ledger> in, std::shared_ptr<ledger::entry> of, std::string_view tenant,
        protocol::session_id session)
      : in_(std::move(in)), of_(std::move(of)), tenant_(tenant), session_(std::move(session)) {}

  ~place() override {
    if (!of_)
      return;
    const std::lock_guard lock(in_->guard);
    const auto asked = of_->asking.find(tenant_);
    if (asked == of_->asking.end() || --asked->second != 0)
      return;
    of_->asking.erase(asked);
    in_->count_off(tenant_);
    if (of_->asking.empty())
      in_->sessions.erase(session_);
  }

  void take() override {
    if (!of_)
      return;
    const std::lock_guard lock(in_->guard);
    if (of_->is_gone || !of_->owner.empty())
      return;
    of_->owner = tenant_;
    for (const auto& [other, places] : std::exchange(of_->asking, {}))
      if (other != tenant_)
        in_->count_off(other);
  }

private:
  std::shared_ptr<ledger> in_;
  std::shared_ptr<ledger::entry> of_;
  std::string tenant_;
  protocol::session_id session_;
};

tenant_sessions::tenant_sessions(std::size_t limit) : ledger_(std::make_shared<ledger>()) {
  ledger_->limit = limit;
}

std::shared_ptr<actors::tenant_place> tenant_sessions::reserve(std::string_view tenant,
                                                               const protocol::session_id& session) {
  auto& in = *ledger_;
  const std::lock_guard lock(in.guard);
  const auto known = in.sessions.find(session);
  if (tenant.empty() || (known != in.sessions.end() && !known->second->owner.empty()))
    return std::make_shared<place>(ledger_, nullptr, tenant, session);
  const std::string name(tenant);
  if (known == in.sessions.end() || !known->second->asking.contains(name)) {
    const auto count = in.counts.find(name);
    if (in.limit != 0 && count != in.counts.end() && count->second >= in.limit)
      return nullptr;
    ++in.counts[name];
  }
  auto& of = in.sessions[session];
  if (!of)
    of = std::make_shared<ledger::entry>();
  ++of->asking[name];
  return std::make_shared<place>(ledger_, of, tenant, session);
}

void tenant_sessions::left(const protocol::session_id& session) {
  auto& in = *ledger_;
  const std::lock_guard lock(in.guard);
  const auto found = in.sessions.find(session);
  if (found == in.sessions.end())
    return;
  auto& of = *found->second;
  of.is_gone = true;
  if (!of.owner.empty())
    in.count_off(of.owner);
  for (const auto& [tenant, places] : std::exchange(of.asking, {}))
    in.count_off(tenant);
  in.sessions.erase(found);
}

void tenant_sessions::change(std::size_t limit) {
  const std::lock_guard lock(ledger_->guard);
  ledger_->limit = limit;
}

} // namespace mpac::cluster
