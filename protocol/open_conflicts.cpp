#include "protocol/open_conflicts.hpp"

#include <algorithm>
#include <utility>

namespace mpac::protocol {
namespace {

template <class Index, class Ids>
void drop(Index& index, const Ids& ids, const conflict_id& conflict) {
  for (const auto& id : ids) {
    const auto listed = index.find(id);
    if (listed == index.end())
      continue;
    std::erase(listed->second, conflict);
    if (listed->second.empty())
      index.erase(listed);
  }
}

} // namespace

bool concerns(const conflict_record& conflict, const intent_record& intent) {
  const auto& related = conflict.related_intents;
  return intent.order <= conflict.intents_by_then &&
         std::find(related.begin(), related.end(), intent.intent_id) != related.end();
}

const conflict_record* open_conflicts::find(const conflict_id& id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

conflict_record* open_conflicts::find(const conflict_id& id) {
  return const_cast<conflict_record*>(std::as_const(*this).find(id));
}

std::vector<const conflict_record*> open_conflicts::about(const intent_id& id) const {
  std::vector<const conflict_record*> found;
  if (const auto listed = by_intent_.find(id); listed != by_intent_.end())
    for (const auto& conflict : listed->second)
      found.push_back(&records_.at(conflict));
  return found;
}

std::vector<const conflict_record*> open_conflicts::about(const op_id& id) const {
  std::vector<const conflict_record*> found;
  if (const auto listed = by_operation_.find(id); listed != by_operation_.end())
    for (const auto& conflict : listed->second)
      found.push_back(&records_.at(conflict));
  return found;
}

bool open_conflicts::between(const intent_record& a, const intent_record& b) const {
  const auto listed = by_intent_.find(a.intent_id);
  if (listed == by_intent_.end())
    return false;
  return std::any_of(listed->second.begin(), listed->second.end(), [&](const conflict_id& id) {
    const auto& conflict = records_.at(id);
    return concerns(conflict, a) && concerns(conflict, b);
  });
}

void open_conflicts::add(conflict_record record) {
  for (const auto& intent : record.related_intents)
    by_intent_[intent].push_back(record.conflict_id);
  for (const auto& operation : record.related_ops)
    by_operation_[operation].push_back(record.conflict_id);
  auto id = record.conflict_id;
  records_.emplace(std::move(id), std::move(record));
}

void open_conflicts::relate(const conflict_id& id, const op_id& operation, bool is_pending) {
  records_.at(id).related_ops.push_back(operation);
  if (is_pending)
    by_operation_[operation].push_back(id);
}

conflict_record open_conflicts::take(const conflict_id& id) {
  auto node = records_.extract(id);
  drop(by_intent_, node.mapped().related_intents, id);
  if (!by_operation_.empty())
    drop(by_operation_, node.mapped().related_ops, id);
  return std::move(node.mapped());
}

std::vector<const conflict_record*> open_conflicts::all() const {
  std::vector<const conflict_record*> found;
  for (const auto& [id, record] : records_)
    found.push_back(&record);
  std::sort(found.begin(), found.end(), [](auto* a, auto* b) {
    return std::pair{a->created_at, a->based_on} < std::pair{b->created_at, b->based_on};
  });
  return found;
}

} // namespace mpac::protocol
