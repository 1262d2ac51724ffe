// The intents of a session that have not ended (SPEC 15), found by id, by scope and by when they expire.
#pragma once

#include "protocol/records.hpp"
#include "protocol/scope_index.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// Cost of every operation is independent of how many intents live elsewhere (scope) and of how many have ended.
class live_intents {
public:
  using slot = scope_index::slot;

  [[nodiscard]] const intent_record* find(const intent_id& id) const;
  /// Those that may overlap `s`, oldest first, each once; judge each with `overlap`.
  [[nodiscard]] std::vector<const intent_record*> near(const scope& s) const;
  /// All of one owner, oldest first.
  [[nodiscard]] std::vector<const intent_record*> of(const principal_id& owner) const;
  [[nodiscard]] std::size_t count_of(const principal_id& owner) const;
  [[nodiscard]] std::size_t size() const noexcept { return slots_.size(); }
  /// When the next one expires; `base::never` if none does.
  [[nodiscard]] base::instant next_expiry() const;
  /// Those whose time is over, earliest first.
  [[nodiscard]] std::vector<const intent_record*> expired(base::instant now) const;

  void add(intent_record record);
  /// Changes what is there; the indexes follow. `change` gets the record by reference and must not change its id.
  template <class Change>
  void change(const intent_id& id, Change&& change) {
    const auto at = slots_.at(id);
    unlink(at);
    std::forward<Change>(change)(*records_[at]);
    link(at);
  }
  /// Changes the state or notes alone, which no index looks at.
  intent_record& plain(const intent_id& id) { return *records_[slots_.at(id)]; }
  intent_record take(const intent_id& id);

  /// Oldest first.
  [[nodiscard]] std::vector<const intent_record*> all() const;

private:
  void link(slot at);
  void unlink(slot at);

  std::vector<std::optional<intent_record>> records_;
  std::vector<slot> free_;
  std::unordered_map<intent_id, slot> slots_;
  std::unordered_map<principal_id, std::set<std::pair<std::uint64_t, slot>>> owners_; // by order of registration
  std::set<std::pair<base::instant, slot>> expiries_;
  scope_index scopes_;
};

} // namespace mpac::protocol
