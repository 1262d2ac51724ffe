#include "protocol/silence_watch.hpp"

namespace mpac::protocol {

void silence_watch::expect(const principal_id& who, base::instant when) {
  const auto [known, is_new] = when_.try_emplace(who, when);
  if (!is_new) {
    if (known->second <= when)
      return;
    entries_.erase({known->second, who});
    known->second = when;
  }
  entries_.emplace(when, who);
}

std::vector<principal_id> silence_watch::take_due(base::instant now) {
  std::vector<principal_id> due;
  while (next() <= now) {
    auto node = entries_.extract(entries_.begin());
    when_.erase(node.value().second);
    due.push_back(std::move(node.value().second));
  }
  return due;
}

void silence_watch::forget(const principal_id& who) {
  const auto known = when_.find(who);
  if (known == when_.end())
    return;
  entries_.erase({known->second, who});
  when_.erase(known);
}

} // namespace mpac::protocol
