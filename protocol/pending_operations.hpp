// The operations of a session that are not settled (SPEC 16.6.1), found by id, by intent, by proposer, by batch and by
// when the end of their intent ends them.
#pragma once

#include "protocol/records.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// PROPOSED and FROZEN ones. Every operation costs the same however many others are pending.
class pending_operations {
public:
  using listing = std::vector<const operation_record*>;

  [[nodiscard]] const operation_record* find(const op_id& id) const;
  // Each oldest first.
  [[nodiscard]] listing under(const intent_id& intent) const;
  [[nodiscard]] listing of(const principal_id& proposer) const;
  [[nodiscard]] listing in_batch(const op_id& batch) const;
  [[nodiscard]] listing all() const;
  [[nodiscard]] std::size_t count_of(const principal_id& proposer) const;
  [[nodiscard]] bool holds_batch(const op_id& batch) const { return !by_batch_.empty() && by_batch_.contains(batch); }
  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }
  /// When the next one that has been given notice ends; `base::never` if none has.
  [[nodiscard]] base::instant next_refusal() const;
  /// Those whose notice is over, earliest first.
  [[nodiscard]] listing refusable(base::instant now) const;

  void add(operation_record record);
  /// Changes the state or notes alone, which no index looks at.
  operation_record& plain(const op_id& id) { return records_.at(id); }
  void give_notice(const op_id& id, base::instant refuse_at);
  operation_record take(const op_id& id);

private:
  using places = std::map<std::uint64_t, const operation_record*>; // by order of registration
  template <class Key>
  using index = std::unordered_map<Key, places>;

  std::unordered_map<op_id, operation_record> records_; // whose nodes stay where they are
  index<intent_id> by_intent_;
  index<principal_id> by_proposer_;
  index<op_id> by_batch_;
  std::set<std::pair<base::instant, op_id>> notices_;
};

} // namespace mpac::protocol
