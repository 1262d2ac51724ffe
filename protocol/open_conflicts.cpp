#include "protocol/open_conflicts.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_set>

namespace mpac::protocol {
namespace {

template <class Index, class Key>
open_conflicts::listing listed(const Index& index, const Key& key) {
  open_conflicts::listing found;
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

void add_once(const op_id& id, std::vector<op_id>& to) {
  if (std::find(to.begin(), to.end(), id) == to.end())
    to.push_back(id);
}

} // namespace

bool concerns(const conflict_record& conflict, const intent_record& intent) {
  const auto& related = conflict.related_intents;
  return intent.order <= conflict.intents_by_then &&
         std::find(related.begin(), related.end(), intent.intent_id) != related.end();
}

const conflict_record* open_conflicts::find(const conflict_id& id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second.record;
}

open_conflicts::listing open_conflicts::about(const intent_id& id) const {
  return listed(by_intent_, id);
}

open_conflicts::listing open_conflicts::about(const op_id& id) const {
  return listed(by_operation_, id);
}

open_conflicts::listing open_conflicts::all() const {
  listing found;
  found.reserve(records_.size());
  for (const auto& [id, one] : records_)
    found.push_back(&one.record);
  std::sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->order < b->order; });
  return found;
}

bool open_conflicts::between(const intent_record& a, const intent_record& b, conflict_category about) const {
  const auto of_a = by_intent_.find(a.intent_id), of_b = by_intent_.find(b.intent_id);
  if (of_a == by_intent_.end() || of_b == by_intent_.end())
    return false;
  const auto& fewer = of_a->second.size() < of_b->second.size() ? of_a->second : of_b->second;
  return std::any_of(fewer.begin(), fewer.end(), [&](const auto& place) {
    const auto& conflict = *place.second;
    return conflict.category.is(about) && concerns(conflict, a) && concerns(conflict, b);
  });
}

base::instant open_conflicts::next_step() const {
  return steps_.empty() ? base::never : steps_.begin()->first.first;
}

const conflict_record* open_conflicts::due(base::instant now) const {
  return next_step() <= now ? steps_.begin()->second : nullptr;
}

void open_conflicts::add(conflict_record record) {
  auto id = record.conflict_id;
  auto& added = records_.emplace(std::move(id), entry{std::move(record), {}}).first->second;
  const auto& kept = added.record;
  for (const auto& intent : kept.related_intents)
    by_intent_[intent].emplace(kept.order, &kept);
  const std::unordered_set<op_id> outlived(kept.outlived_ops.begin(), kept.outlived_ops.end());
  for (const auto& operation : kept.related_ops)
    if (!outlived.contains(operation)) // of a session that comes back: what outlived it has the id now
      by_operation_[operation].emplace(kept.order, &kept);
  put_on_steps(added);
}

void open_conflicts::put_on_steps(entry& one) {
  const auto& record = one.record;
  if (record.next_step != base::never) // mostly the last of all: equal timeouts
    one.step = steps_.emplace_hint(steps_.end(), std::pair{record.next_step, record.order}, &record);
}

void open_conflicts::schedule(const conflict_id& id, base::instant next_step) {
  auto& scheduled = records_.at(id);
  if (const auto step = std::exchange(scheduled.step, std::nullopt))
    steps_.erase(*step);
  scheduled.record.next_step = next_step;
  put_on_steps(scheduled);
}

void open_conflicts::relate(const conflict_id& id, const op_id& operation) {
  auto& record = records_.at(id).record;
  if (!by_operation_[operation].emplace(record.order, &record).second)
    return;
  std::erase(record.outlived_ops, operation);
  add_once(operation, record.related_ops);
}

bool open_conflicts::is_about(const conflict_record& conflict, const op_id& id) const {
  const auto there = by_operation_.find(id);
  return there != by_operation_.end() && there->second.contains(conflict.order);
}

void open_conflicts::outlive(const op_id& id, bool was_over) {
  const auto there = by_operation_.find(id);
  if (there == by_operation_.end())
    return;
  for (const auto& [order, conflict] : there->second) {
    auto& record = records_.at(conflict->conflict_id).record;
    add_once(id, record.outlived_ops);
    if (!was_over)
      add_once(id, record.outlived_commits);
  }
  by_operation_.erase(there);
}

conflict_record open_conflicts::take(const conflict_id& id) {
  auto node = records_.extract(id);
  if (!node)
    throw std::out_of_range("conflict '" + id.str() + "' is not open");
  auto& record = node.mapped().record;
  for (const auto& intent : record.related_intents)
    drop(by_intent_, intent, record.order);
  for (const auto& operation : record.related_ops)
    drop(by_operation_, operation, record.order);
  if (node.mapped().step)
    steps_.erase(*node.mapped().step);
  return std::move(record);
}

} // namespace mpac::protocol
