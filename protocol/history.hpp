// A bounded memory of what has ended: the cost of a session does not grow with its age.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>
#include <utility>

namespace mpac::protocol {

/// The last `Limit` records, found by id; the oldest is forgotten first. A record put again takes the place of the old.
/// Costs one pointer while empty.
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
    if (!kept_)
      kept_ = std::make_unique<tables>();
    if (const auto known = kept_->records.find(id); known != kept_->records.end()) {
      known->second = std::move(record);
      return;
    }
    kept_->order.push_back(id);
    kept_->records.emplace(std::move(id), std::move(record));
    if (kept_->order.size() > Limit) {
      kept_->records.erase(kept_->order.front());
      kept_->order.pop_front();
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return kept_ ? kept_->records.size() : 0; }

  /// Oldest first.
  template <class Visit>
  void for_each(Visit&& visit) const {
    for_each_with_id([&](const Id&, const Record& record) { visit(record); });
  }
  template <class Visit>
  void for_each_with_id(Visit&& visit) const {
    if (kept_)
      for (const auto& id : kept_->order)
        visit(id, kept_->records.at(id));
  }

private:
  struct tables {
    std::unordered_map<Id, Record> records;
    std::deque<Id> order;
  };
  std::unique_ptr<tables> kept_;
};

} // namespace mpac::protocol
