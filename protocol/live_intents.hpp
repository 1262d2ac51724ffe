// The intents of a session that have not ended (SPEC 15), found by id, by scope and by when they expire.
#pragma once

#include "protocol/dependency_claims.hpp"
#include "protocol/records.hpp"
#include "protocol/scope_index.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// Cost of every operation is independent of how many intents live elsewhere (scope) and of how many have ended.
class live_intents {
public:
  using slot = scope_index::slot;

  /// `registry` may be null.
  explicit live_intents(std::shared_ptr<const resource_registry> registry = nullptr) : scopes_(std::move(registry)) {}

  [[nodiscard]] const intent_record* find(const intent_id& id) const;
  /// Those that may overlap `s`, oldest first, each once; judge each with `overlap`.
  [[nodiscard]] std::vector<const intent_record*> near(const scope& s) const;
  /// Whether any scope is of another kind than this one (SPEC 15.2.2).
  [[nodiscard]] bool have_other_kinds_than(scope_kind kind) const { return scopes_.holds_other_than(kind); }
  /// Those that say their edits reach files of `s`, oldest first (SPEC 17.5 `dependency_breakage`).
  [[nodiscard]] std::vector<const intent_record*> reaching(const scope& s) const;
  /// What an intent says of dependencies; null if nothing.
  [[nodiscard]] const dependency_claims* dependencies_of(const intent_id& id) const;
  /// Whether anybody says anything of dependencies.
  [[nodiscard]] bool know_dependencies() const noexcept { return !claims_.empty(); }
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
  std::set<std::tuple<base::instant, std::uint64_t, slot>> expiries_; // the older first of those due together
  scope_index scopes_;
  std::unordered_map<slot, dependency_claims> claims_; // of the few that make any
  scope_index impacts_;                                // the files these say they reach
};

} // namespace mpac::protocol
