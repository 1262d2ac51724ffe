#include "protocol/pending_operations.hpp"

#include <algorithm>
#include <stdexcept>

namespace mpac::protocol {
namespace {

template <class Index, class Key>
pending_operations::listing listed(const Index& index, const Key& key) {
  pending_operations::listing found;
  if (index.empty()) // as a rule
    return found;
  if (const auto there = index.find(key); there != index.end())
    for (const auto& [order, record] : there->second)
      found.push_back(record);
  return found;
}

template <class Index, class Key>
void drop(Index& index, const Key& key, std::uint64_t order) {
  const auto there = index.find(key);
  if (there == index.end())
    return;
  there->second.erase(order);
  if (there->second.empty())
    index.erase(there);
}

} // namespace

const operation_record* pending_operations::find(const op_id& id) const {
  if (records_.empty()) // as in every session whose operations are all committed at once
    return nullptr;
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

pending_operations::listing pending_operations::under(const intent_id& intent) const {
  return listed(by_intent_, intent);
}

pending_operations::listing pending_operations::of(const principal_id& proposer) const {
  return listed(by_proposer_, proposer);
}

pending_operations::listing pending_operations::in_batch(const op_id& batch) const {
  return listed(by_batch_, batch);
}

pending_operations::listing pending_operations::all() const {
  listing found;
  found.reserve(records_.size());
  for (const auto& [id, record] : records_)
    found.push_back(&record);
  std::sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->order < b->order; });
  return found;
}

std::size_t pending_operations::count_of(const principal_id& proposer) const {
  const auto there = by_proposer_.find(proposer);
  return there == by_proposer_.end() ? 0 : there->second.size();
}

base::instant pending_operations::next_refusal() const {
  return notices_.empty() ? base::never : notices_.begin()->first;
}

pending_operations::listing pending_operations::refusable(base::instant now) const {
  listing found;
  for (const auto& [when, id] : notices_) {
    if (when > now)
      break;
    found.push_back(&records_.at(id));
  }
  return found;
}

void pending_operations::add(operation_record record) {
  auto id = record.op_id;
  const auto& kept = records_.emplace(std::move(id), std::move(record)).first->second;
  if (kept.intent_id)
    by_intent_[*kept.intent_id].emplace(kept.order, &kept);
  by_proposer_[kept.principal_id].emplace(kept.order, &kept);
  if (kept.batch_id)
    by_batch_[*kept.batch_id].emplace(kept.order, &kept);
  if (kept.refuse_at != base::never)
    notices_.emplace(kept.refuse_at, kept.op_id);
}

void pending_operations::give_notice(const op_id& id, base::instant refuse_at) {
  auto& record = records_.at(id);
  notices_.erase({record.refuse_at, id});
  record.refuse_at = refuse_at;
  if (refuse_at != base::never)
    notices_.emplace(refuse_at, id);
}

operation_record pending_operations::take(const op_id& id) {
  auto node = records_.extract(id);
  if (!node)
    throw std::out_of_range("operation '" + id.str() + "' is not pending");
  const auto& record = node.mapped();
  if (record.intent_id)
    drop(by_intent_, *record.intent_id, record.order);
  drop(by_proposer_, record.principal_id, record.order);
  if (record.batch_id)
    drop(by_batch_, *record.batch_id, record.order);
  notices_.erase({record.refuse_at, record.op_id});
  return std::move(node.mapped());
}

} // namespace mpac::protocol
