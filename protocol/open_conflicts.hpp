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
  /// Whether two intents are disputing already: one pair is reported once while unresolved (O-116). Intents that merely
  /// bear the ids of ended ones are others.
  [[nodiscard]] bool between(const intent_record& a, const intent_record& b) const;
  [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }

  void add(conflict_record record);
  conflict_record take(const conflict_id& id);

  /// Oldest first.
  [[nodiscard]] std::vector<const conflict_record*> all() const;

private:
  std::unordered_map<conflict_id, conflict_record> records_;
  std::unordered_map<intent_id, std::vector<conflict_id>> by_intent_;
};

} // namespace mpac::protocol
