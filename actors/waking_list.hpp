// Sessions that sleep out of memory until something is due in them, in the order of those moments.
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace mpac::actors {

/// How long to wait before one that could not be read, and has something due, is looked at again: each time twice as
/// long.
inline constexpr std::chrono::seconds first_waking_pause{5};
inline constexpr std::chrono::hours longest_waking_pause{1};

/// One moment for each session. Belongs to the registry actor.
class waking_list {
public:
  /// When the first is due; `base::never` when nobody is on the list.
  [[nodiscard]] base::instant next() const { return order_.empty() ? base::never : order_.begin()->first; }
  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }

  /// Wakes it then, whatever was said before; never, if that is what `when` says.
  void put(const protocol::session_id& id, base::instant when) {
    remove(id);
    if (when == base::never)
      return;
    order_.emplace(when, id);
    when_.emplace(id, when);
  }
  /// It could not be read: it is due all the same, in a while.
  void put_off(const protocol::session_id& id, base::instant now) {
    auto& pause = pauses_.try_emplace(id, first_waking_pause).first->second;
    put(id, now + pause);
    pause = std::min<base::duration>(2 * pause, longest_waking_pause);
  }
  /// It could be read.
  void is_read(const protocol::session_id& id) { pauses_.erase(id); }
  void remove(const protocol::session_id& id) {
    const auto known = when_.find(id);
    if (known == when_.end())
      return;
    order_.erase({known->second, id});
    when_.erase(known);
  }
  /// Takes the first out that is due by `now`.
  [[nodiscard]] std::optional<protocol::session_id> take_due(base::instant now) {
    if (next() > now || order_.empty())
      return std::nullopt;
    auto id = order_.begin()->second;
    remove(id);
    return id;
  }

private:
  std::set<std::pair<base::instant, protocol::session_id>> order_;
  std::unordered_map<protocol::session_id, base::instant> when_;
  std::unordered_map<protocol::session_id, base::duration> pauses_; // of those that can't be read: the next
};

} // namespace mpac::actors
