#include "protocol/pending_claims.hpp"

#include <stdexcept>
#include <utility>

namespace mpac::protocol {

const claim_record* pending_claims::find(const claim_id& id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

const claim_record* pending_claims::on(const intent_id& original) const {
  const auto found = by_original_.find(original);
  return found == by_original_.end() ? nullptr : found->second;
}

pending_claims::listing pending_claims::in_order(const places& some) {
  listing found;
  found.reserve(some.size());
  for (const auto& [order, record] : some)
    found.push_back(record);
  return found;
}

pending_claims::listing pending_claims::of(const principal_id& claimant) const {
  const auto theirs = by_claimant_.find(claimant);
  return theirs == by_claimant_.end() ? listing{} : in_order(theirs->second);
}

pending_claims::listing pending_claims::waiting_for_approver() const {
  return in_order(waiting_for_approver_);
}

pending_claims::listing pending_claims::all() const {
  places ordered;
  for (const auto& [id, record] : records_)
    ordered.emplace(record.order, &record);
  return in_order(ordered);
}

base::instant pending_claims::next_approval() const {
  return due_.empty() ? base::never : due_.begin()->first.first;
}

const claim_record& pending_claims::first_due() const {
  return *due_.begin()->second;
}

void pending_claims::add(claim_record record) {
  auto id = record.claim_id;
  const auto& added = records_.emplace(std::move(id), std::move(record)).first->second;
  by_original_.emplace(added.original_intent_id, &added);
  wanted_.insert(added.new_intent_id);
  by_claimant_[added.claimant].emplace(added.order, &added);
  link(added);
}

void pending_claims::reschedule(const claim_id& id, claim_wait waits_for, base::instant approve_at) {
  auto& record = records_.at(id);
  unlink(record);
  record.waits_for = waits_for;
  record.approve_at = approve_at;
  link(record);
}

claim_record pending_claims::take(const claim_id& id) {
  const auto found = records_.find(id);
  if (found == records_.end())
    throw std::out_of_range("claim '" + id.str() + "' is not pending");
  unlink(found->second);
  claim_record record = std::move(found->second);
  records_.erase(found);
  by_original_.erase(record.original_intent_id);
  wanted_.erase(record.new_intent_id);
  const auto theirs = by_claimant_.find(record.claimant);
  theirs->second.erase(record.order);
  if (theirs->second.empty())
    by_claimant_.erase(theirs);
  return record;
}

void pending_claims::link(const claim_record& record) {
  if (record.waits_for == claim_wait::approver)
    waiting_for_approver_.emplace(record.order, &record);
  if (record.approve_at != base::never)
    due_.emplace(std::pair{record.approve_at, record.order}, &record);
}

void pending_claims::unlink(const claim_record& record) {
  waiting_for_approver_.erase(record.order);
  due_.erase({record.approve_at, record.order});
}

} // namespace mpac::protocol
