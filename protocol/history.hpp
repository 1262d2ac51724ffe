// A bounded memory of what has ended: the cost of a session does not grow with its age.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

namespace mpac::protocol {

/// The last `Limit` records, found by id; the oldest is forgotten first, unless it is held for something that is still
/// open. A record put again takes the place of the old. Costs one pointer while empty.
template <class Id, class Record, std::size_t Limit>
class history {
public:
  [[nodiscard]] const Record* find(const Id& id) const {
    if (!kept_)
      return nullptr;
    const auto found = kept_->records.find(id);
    return found == kept_->records.end() ? nullptr : &found->second;
  }
  Record* find(const Id& id) { return const_cast<Record*>(std::as_const(*this).find(id)); }

  void put(Id id, Record record) {
    put(std::move(id), std::move(record), [](const Id&) { return false; });
  }

  /// `is_needed(id)` says whether a record stays although it is older than the limit allows, until `release`.
  template <class IsNeeded>
  void put(Id id, Record record, IsNeeded&& is_needed) {
    if (!kept_)
      kept_ = std::make_unique<tables>();
    if (const auto known = kept_->records.find(id); known != kept_->records.end()) {
      known->second = std::move(record);
      return;
    }
    kept_->order.push_back(id);
    kept_->records.emplace(std::move(id), std::move(record));
    if (kept_->order.size() <= Limit)
      return;
    if (auto& oldest = kept_->order.front(); is_needed(std::as_const(oldest))) {
      kept_->held_since.emplace(oldest, ++kept_->holds);
      kept_->held.emplace(kept_->holds, std::move(oldest));
    } else {
      kept_->records.erase(oldest);
    }
    kept_->order.pop_front();
  }

  /// Forgets what is held; nothing happens to what the limit allows.
  void release(const Id& id) {
    if (!kept_)
      return;
    const auto since = kept_->held_since.find(id);
    if (since == kept_->held_since.end())
      return;
    kept_->records.erase(id);
    kept_->held.erase(since->second);
    kept_->held_since.erase(since);
  }

  [[nodiscard]] std::size_t size() const noexcept { return kept_ ? kept_->records.size() : 0; }
  /// How many of them are there for being held alone.
  [[nodiscard]] std::size_t held() const noexcept { return kept_ ? kept_->held.size() : 0; }

  /// Oldest first.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for_each_with_id([&](const Id&, const Record& record) { visit(record); });
  }
  template <class Visit>
  void for_each_with_id(Visit&& visit) const {
    if (!kept_)
      return;
    for (const auto& [since, id] : kept_->held)
      visit(id, kept_->records.at(id));
    for (const auto& id : kept_->order)
      visit(id, kept_->records.at(id));
  }

private:
  struct tables {
    std::unordered_map<Id, Record> records;
    std::deque<Id> order;
    std::map<std::uint64_t, Id> held; // in the order in which they would have been forgotten
    std::unordered_map<Id, std::uint64_t> held_since;
    std::uint64_t holds = 0;
  };
  std::unique_ptr<tables> kept_;
};

} // namespace mpac::protocol
