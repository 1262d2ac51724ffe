// When to look whether somebody has fallen silent (SPEC 14.7.1), in the order of those moments.
#pragma once

#include "base/clock.hpp"
#include "protocol/ids.hpp"

#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::protocol {

/// One moment for each who is looked after. It may be too early, never too late: a sign of life moves nothing here, so
/// that messages cost nothing; whoever looks asks the participant itself, and puts off who has spoken since.
class silence_watch {
public:
  using entry = std::pair<base::instant, principal_id>;

  /// The earliest moment; `base::never` when nobody is looked after.
  [[nodiscard]] base::instant next() const { return entries_.empty() ? base::never : entries_.begin()->first; }

  /// Those to look at by `now`, earliest first, until `is_it(id)` is true of one: that one, or null.
  template <class Predicate>
  [[nodiscard]] const principal_id* first_due(base::instant now, Predicate&& is_it) const {
    for (auto at = entries_.begin(); at != entries_.end() && at->first <= now; ++at)
      if (is_it(at->second))
        return &at->second;
    return nullptr;
  }

  /// All of them, earliest first.
  [[nodiscard]] const std::set<entry>& entries() const noexcept { return entries_; }

  /// Looks at somebody by `when` at the latest.
  void expect(const principal_id& who, base::instant when);
  /// Takes out all that are to be looked at by `now`.
  [[nodiscard]] std::vector<principal_id> take_due(base::instant now);
  void forget(const principal_id& who);

private:
  std::set<entry> entries_;
  std::unordered_map<principal_id, base::instant> when_;
};

} // namespace mpac::protocol
