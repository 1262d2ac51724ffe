#include "store/steady_table.hpp"

#include <string>
#include <utility>

namespace mpac::store {

base::result<void, fault> steady_table::open() {
  auto opened = source_();
  if (!opened)
    return opened.error();
  table_ = std::move(*opened);
  written_ = last_ = table_->batch();
  return {};
}

base::result<void, fault> steady_table::write(changes what, when synced) {
  constexpr std::size_t most_waiting = 64;
  const bool may_wait = synced == when::later && unsynced_.size() < most_waiting;
  const bool syncs = synced == when::now || (mode_ == sync_mode::commit && !may_wait);
  unsynced_.push_back({++last_, std::move(what)});
  if (auto done = table_->write(last_, unsynced_.back().what, syncs); !done) {
    broken_ = true;
    return done;
  }
  written_ = last_;
  if (syncs || mode_ == sync_mode::none)
    unsynced_.clear();
  return {};
}

base::result<void, fault> steady_table::sync() {
  if (unsynced_.empty() && mode_ != sync_mode::none)
    return {};
  if (auto done = table_->sync(); !done) {
    broken_ = true;
    return done;
  }
  unsynced_.clear();
  return {};
}

base::result<void, fault> steady_table::mend() {
  if (probe_)
    if (auto answers = probe_(); !answers)
      return answers;
  table_.reset(); // one at a time
  auto opened = source_();
  if (!opened)
    return opened.error();
  table_ = std::move(*opened);
  const auto there = table_->batch();
  const auto first = unsynced_.empty() ? last_ + 1 : unsynced_.front().number;
  if (there + 1 < first)
    return fault{"the store has lost what was kept: it ends with batch " + std::to_string(there) + ", and " +
                 std::to_string(first - 1) + " were written before the disk failed"};
  for (const auto& [number, what] : unsynced_)
    if (number > there)
      if (auto done = table_->write(number, what, false); !done)
        return done;
  // What was found there may be there in the system's memory only.
  if (auto done = table_->sync(); !done)
    return done;
  unsynced_.clear();
  written_ = last_;
  broken_ = false;
  return {};
}

} // namespace mpac::store
