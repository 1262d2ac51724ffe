// The conflicts of a session that are not settled (SPEC 17), found by id, by the intents and operations they are about,
// and by when the coordinator has to act.
#pragma once

#include "protocol/records.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// Every operation costs the same however many others are open.
class open_conflicts {
public:
  using listing = std::vector<const conflict_record*>;

  [[nodiscard]] const conflict_record* find(const conflict_id& id) const;
  // Each oldest first.
  [[nodiscard]] listing about(const intent_id& id) const;
  [[nodiscard]] listing about(const op_id& id) const;
  [[nodiscard]] listing all() const;
  /// How many there are about an intent or an operation.
  template <class Id>
  [[nodiscard]] std::size_t count_about(const Id& id) const {
    const auto& listed = index_of(id);
    const auto there = listed.find(id);
    return there == listed.end() ? 0 : there->second.size();
  }
  /// Whether `matches(conflict)` holds for one of those about an intent or an operation.
  template <class Id, class Predicate>
  [[nodiscard]] bool any_about(const Id& id, Predicate&& matches) const {
    const auto& listed = index_of(id);
    if (const auto there = listed.find(id); there != listed.end())
      for (const auto& [order, record] : there->second)
        if (matches(*record))
          return true;
    return false;
  }
  /// Whether two intents are disputing this already: one pair is reported once while unresolved (O-116). Intents that
  /// merely bear the ids of ended ones are others.
  [[nodiscard]] bool between(const intent_record& a, const intent_record& b, conflict_category about) const;
  /// Whether it is about the operation that bears this id now, not about an earlier one of the same id.
  [[nodiscard]] bool is_about(const conflict_record& conflict, const op_id& id) const;
  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }
  /// When the coordinator has to act on one; `base::never` if on none.
  [[nodiscard]] base::instant next_step() const;
  /// The one that has waited longest for the coordinator; null while none is due.
  [[nodiscard]] const conflict_record* due(base::instant now) const;

  void add(conflict_record record);
  /// Changes the state or notes alone, which no index looks at.
  conflict_record& plain(const conflict_id& id) { return records_.at(id).record; }
  void schedule(const conflict_id& id, base::instant next_step);
  void relate(const conflict_id& id, const op_id& operation);
  /// The id of a settled operation is used again: what was about the old one is not about the new one.
  void outlive(const op_id& id, bool was_over);
  conflict_record take(const conflict_id& id);

private:
  using places = std::map<std::uint64_t, const conflict_record*>;                          // by registration
  using steps = std::map<std::pair<base::instant, std::uint64_t>, const conflict_record*>; // by when, and order
  struct entry {
    conflict_record record;
    std::optional<steps::iterator> step; // so that nobody has to search for it among all
  };
  template <class Key>
  using index = std::unordered_map<Key, places>;
  void put_on_steps(entry& one);
  [[nodiscard]] const index<intent_id>& index_of(const intent_id&) const { return by_intent_; }
  [[nodiscard]] const index<op_id>& index_of(const op_id&) const { return by_operation_; }

  std::unordered_map<conflict_id, entry> records_; // whose nodes stay where they are
  index<intent_id> by_intent_;
  index<op_id> by_operation_;
  steps steps_;
};

} // namespace mpac::protocol
