#include "protocol/live_intents.hpp"

#include <algorithm>
#include <stdexcept>

namespace mpac::protocol {
namespace {

void oldest_first(std::vector<const intent_record*>& intents) {
  std::sort(intents.begin(), intents.end(), [](auto* a, auto* b) { return a->order < b->order; });
}

} // namespace

const intent_record* live_intents::find(const intent_id& id) const {
  const auto found = slots_.find(id);
  return found == slots_.end() ? nullptr : &*records_[found->second];
}

std::vector<const intent_record*> live_intents::near(const scope& s) const {
  std::vector<const intent_record*> found;
  for (const slot at : scopes_.candidates(s))
    found.push_back(&*records_[at]);
  oldest_first(found);
  return found;
}

std::vector<const intent_record*> live_intents::reaching(const scope& s) const {
  std::vector<const intent_record*> found;
  if (impacts_.size() == 0 || s.kind != scope_kind::file_set)
    return found;
  for (const slot at : impacts_.candidates(s, guesses::left_out))
    found.push_back(&*records_[at]);
  oldest_first(found);
  return found;
}

const dependency_claims* live_intents::dependencies_of(const intent_id& id) const {
  if (claims_.empty())
    return nullptr;
  const auto at = slots_.find(id);
  const auto found = at == slots_.end() ? claims_.end() : claims_.find(at->second);
  return found == claims_.end() ? nullptr : &found->second;
}

std::vector<const intent_record*> live_intents::of(const principal_id& owner) const {
  std::vector<const intent_record*> found;
  if (const auto theirs = owners_.find(owner); theirs != owners_.end())
    for (const auto& [order, at] : theirs->second)
      found.push_back(&*records_[at]);
  return found;
}

std::size_t live_intents::count_of(const principal_id& owner) const {
  const auto theirs = owners_.find(owner);
  return theirs == owners_.end() ? 0 : theirs->second.size();
}

base::instant live_intents::next_expiry() const {
  return expiries_.empty() ? base::never : std::get<0>(*expiries_.begin());
}

std::vector<const intent_record*> live_intents::expired(base::instant now) const {
  std::vector<const intent_record*> found;
  for (const auto& [when, order, at] : expiries_) {
    if (when > now)
      break;
    found.push_back(&*records_[at]);
  }
  return found;
}

void live_intents::add(intent_record record) {
  slot at;
  if (free_.empty()) {
    at = static_cast<slot>(records_.size());
    records_.emplace_back();
  } else {
    at = free_.back();
    free_.pop_back();
  }
  slots_.emplace(record.intent_id, at);
  records_[at] = std::move(record);
  link(at);
}

intent_record live_intents::take(const intent_id& id) {
  const auto found = slots_.find(id);
  if (found == slots_.end())
    throw std::out_of_range("intent '" + id.str() + "' does not live");
  const slot at = found->second;
  unlink(at);
  slots_.erase(found);
  intent_record record = std::move(*records_[at]);
  records_[at].reset();
  if (slots_.empty()) { // an empty session gives its memory back
    records_ = {};
    free_ = {};
  } else {
    free_.push_back(at);
  }
  return record;
}

std::vector<const intent_record*> live_intents::all() const {
  std::vector<const intent_record*> found;
  found.reserve(slots_.size());
  for (const auto& record : records_)
    if (record)
      found.push_back(&*record);
  oldest_first(found);
  return found;
}

void live_intents::link(slot at) {
  const auto& record = *records_[at];
  scopes_.insert(at, record.scope);
  if (record.scope.extensions)
    if (auto claims = dependency_claims_of(record.scope)) {
      impacts_.insert(at, file_set(claims->impact));
      claims_.insert_or_assign(at, std::move(*claims));
    }
  owners_[record.principal_id].emplace(record.order, at);
  // Equal TTLs make the newest the last to expire: the hint turns this into constant time.
  if (record.expires_at != base::never)
    expiries_.emplace_hint(expiries_.end(), record.expires_at, record.order, at);
}

void live_intents::unlink(slot at) {
  const auto& record = *records_[at];
  scopes_.erase(at, record.scope);
  if (const auto claims = claims_.empty() ? claims_.end() : claims_.find(at); claims != claims_.end()) {
    impacts_.erase(at, file_set(claims->second.impact));
    claims_.erase(claims);
  }
  if (const auto theirs = owners_.find(record.principal_id); theirs != owners_.end()) {
    theirs->second.erase({record.order, at});
    if (theirs->second.empty())
      owners_.erase(theirs);
  }
  if (record.expires_at != base::never)
    expiries_.erase({record.expires_at, record.order, at});
}

} // namespace mpac::protocol
