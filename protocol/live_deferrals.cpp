#include "protocol/live_deferrals.hpp"

#include <utility>

namespace mpac::protocol {
namespace {

/// What a deferral observes as principals: its intent ids may be such by mistake.
template <class Visit>
void each_principal(const deferral_record& record, Visit&& visit) {
  for (const auto& who : record.observed_principals)
    visit(who.str());
  for (const auto& id : record.observed_intent_ids)
    visit(id.str());
}

} // namespace

const deferral_record* live_deferrals::find(const principal_id& who, const deferral_id& id) const {
  const auto found = records_.find({who, id});
  return found == records_.end() ? nullptr : &found->second;
}

live_deferrals::listing live_deferrals::of(const principal_id& who) const {
  listing found;
  for (auto at = records_.lower_bound({who, deferral_id{}}); at != records_.end() && at->first.first == who; ++at)
    found.push_back(&at->second);
  return found;
}

live_deferrals::listing live_deferrals::observing(const intent_id& intent) const {
  return under(by_intent_, intent.str());
}

live_deferrals::listing live_deferrals::observing(const principal_id& principal) const {
  return under(by_principal_, principal.str());
}

live_deferrals::listing live_deferrals::under(const names& index, const std::string& name) const {
  listing found;
  if (const auto at = index.find(name); at != index.end())
    for (const auto& each : at->second)
      found.push_back(&records_.at(each));
  return found;
}

live_deferrals::listing live_deferrals::all() const {
  listing found;
  for (const auto& [at, record] : records_)
    found.push_back(&record);
  return found;
}

base::instant live_deferrals::next_expiry() const {
  return expiries_.empty() ? base::never : expiries_.begin()->first;
}

live_deferrals::listing live_deferrals::expired(base::instant now) const {
  listing found;
  for (const auto& [when, at] : expiries_) {
    if (when > now)
      break;
    found.push_back(&records_.at(at));
  }
  return found;
}

void live_deferrals::put(deferral_record record) {
  const key at{record.principal_id, record.deferral_id};
  remove(at.first, at.second);
  for (const auto& id : record.observed_intent_ids)
    by_intent_[id.str()].insert(at);
  each_principal(record, [&](const std::string& name) { by_principal_[name].insert(at); });
  expiries_.emplace(record.expires_at, at);
  records_.emplace(at, std::move(record));
}

void live_deferrals::remove(const principal_id& who, const deferral_id& id) {
  const auto found = records_.find({who, id});
  if (found == records_.end())
    return;
  unlink(found->second);
  records_.erase(found);
}

void live_deferrals::unlink(const deferral_record& record) {
  const key at{record.principal_id, record.deferral_id};
  const auto leave = [&](names& index, const std::string& name) {
    const auto there = index.find(name);
    if (there == index.end())
      return; // a name listed twice has left already
    there->second.erase(at);
    if (there->second.empty())
      index.erase(there);
  };
  for (const auto& id : record.observed_intent_ids)
    leave(by_intent_, id.str());
  each_principal(record, [&](const std::string& name) { leave(by_principal_, name); });
  expiries_.erase({record.expires_at, at});
}

void live_deferrals::intent_over(const intent_id& intent) {
  if (records_.empty())
    return;
  if (const auto at = by_intent_.find(intent.str()); at != by_intent_.end())
    for (const auto& each : at->second)
      records_.at(each).still_open.erase(intent);
}

} // namespace mpac::protocol
