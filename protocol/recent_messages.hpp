// The messages a session has seen within its replay window: none of them is taken twice (SPEC 23.1.2).
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"

#include <boost/unordered/unordered_flat_set.hpp>

#include <cstddef>
#include <deque>
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
  /// What an entry is found by, whether it is one that is kept or one that is asked for.
  struct name {
    const principal_id& sender;
    const message_id& message;
  };
  struct by_name {
    using is_transparent = void;
    static name of(const entry* one) { return {one->sender, one->message}; }
    static name of(const name& asked) { return asked; }
    std::size_t operator()(const auto& one) const { return hash(of(one)); }
    bool operator()(const auto& a, const auto& b) const {
      return of(a).message == of(b).message && of(a).sender == of(b).sender;
    }
    static std::size_t hash(const name& of);
  };

  std::deque<entry> order_; // keeps its entries where they are
  boost::unordered_flat_set<const entry*, by_name, by_name> known_;
  std::size_t anybodys_ = 0; // entries without a sender
};

} // namespace mpac::protocol
