// The messages a session has seen within its replay window: none of them is taken twice (SPEC 23.1.2).
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"

#include <cstddef>
#include <deque>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// Ids with the time until which they are remembered: what is older than that fails the test of its timestamp (O-147).
/// Bounded by what arrives within two windows, which limits.messages_per_sec bounds. Movable, for one thread at a time.
class recent_messages {
public:
  using entry = std::pair<base::instant, message_id>;

  [[nodiscard]] bool has(const message_id& id) const { return known_.contains(id); }
  /// Remembers an id until `until`, and forgets those whose time is over by `now`. One that is known stays as it is.
  void remember(const message_id& id, base::instant now, base::instant until);

  /// Oldest first.
  [[nodiscard]] std::vector<entry> all() const;
  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

private:
  using ids = std::unordered_set<message_id>;
  ids known_;
  std::deque<std::pair<base::instant, const message_id*>> order_; // into known_
};

} // namespace mpac::protocol
