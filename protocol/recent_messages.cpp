#include "protocol/recent_messages.hpp"

namespace mpac::protocol {

void recent_messages::remember(const message_id& id, base::instant now, base::instant until) {
  for (; !order_.empty() && order_.front().first <= now; order_.pop_front())
    known_.erase(known_.find(*order_.front().second));
  if (const auto [place, is_new] = known_.insert(id); is_new)
    order_.emplace_back(until, &*place);
}

std::vector<recent_messages::entry> recent_messages::all() const {
  std::vector<entry> entries;
  entries.reserve(order_.size());
  for (const auto& [until, id] : order_)
    entries.emplace_back(until, *id);
  return entries;
}

} // namespace mpac::protocol
