// The conflicts of a session that are not settled (SPEC 17), found by id and by the intents they are about.
#pragma once

#include "protocol/records.hpp"

#include <unordered_map>
#include <vector>

namespace mpac::protocol {

class open_conflicts {
public:
  [[nodiscard]] const conflict_record* find(const conflict_id& id) const;
  conflict_record* find(const conflict_id& id);
  /// Those about an intent, oldest first.
  [[nodiscard]] std::vector<const conflict_record*> about(const intent_id& id) const;
  /// Those about an operation they were opened for, or one that was pending when it came to belong to them.
  [[nodiscard]] std::vector<const conflict_record*> about(const op_id& id) const;
  /// Whether `matches(conflict)` holds for one of those about an intent or an operation.
  template <class Id, class Predicate>
  [[nodiscard]] bool any_about(const Id& id, Predicate&& matches) const {
    const auto& index = index_of(id);
    const auto listed = index.find(id);
    if (listed == index.end())
      return false;
    for (const auto& conflict : listed->second)
      if (matches(records_.at(conflict)))
        return true;
    return false;
  }
  /// Whether two intents are disputing already: one pair is reported once while unresolved (O-116). Intents that merely
  /// bear the ids of ended ones are others.
  [[nodiscard]] bool between(const intent_record& a, const intent_record& b) const;
  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }

  void add(conflict_record record);
  /// An operation belongs to a conflict from now on; `is_pending`: and is found by it.
  void relate(const conflict_id& id, const op_id& operation, bool is_pending);
  conflict_record take(const conflict_id& id);

  /// Oldest first.
  [[nodiscard]] std::vector<const conflict_record*> all() const;

private:
  template <class Id>
  using index = std::unordered_map<Id, std::vector<conflict_id>>;
  [[nodiscard]] const index<intent_id>& index_of(const intent_id&) const { return by_intent_; }
  [[nodiscard]] const index<op_id>& index_of(const op_id&) const { return by_operation_; }

  std::unordered_map<conflict_id, conflict_record> records_;
  index<intent_id> by_intent_;
  index<op_id> by_operation_;
};

} // namespace mpac::protocol
