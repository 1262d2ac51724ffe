// The messages a session has seen within its replay window: none of them is taken twice (SPEC 23.1.2).
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

namespace mpac::protocol {

/// Each sender's message ids, with the time until which they are remembered: what is older than that fails the test of
/// its timestamp (O-147). By sender, so that nobody takes another's id. Bounded by what arrives within two windows,
/// which the limits on messages bound. Movable, for one thread at a time.
class recent_messages {
public:
  struct entry {
    base::instant until{};
    principal_id sender; ///< empty: anybody's, of a snapshot that does not tell whose
    message_id message;
  };

  recent_messages() = default;
  recent_messages(recent_messages&&) = default;
  recent_messages& operator=(recent_messages&&) = default;

  [[nodiscard]] bool has(const principal_id& sender, const message_id& message) const;
  /// Remembers a message, and forgets those whose time is over. One that is known stays as it is.
  void remember(entry one, base::instant now);

  /// Oldest first.
  [[nodiscard]] std::vector<entry> all() const;
  [[nodiscard]] std::size_t size() const noexcept { return known_.size(); }

private:
  [[nodiscard]] static std::string key_of(const principal_id& sender, const message_id& message);

  std::unordered_set<std::string> known_; // see key_of
  std::deque<entry> order_;
};

} // namespace mpac::protocol
