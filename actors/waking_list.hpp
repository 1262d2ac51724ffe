// Sessions that sleep out of memory until something is due in them, in the order of those moments.
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace mpac::actors {

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
};

} // namespace mpac::actors
