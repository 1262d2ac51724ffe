#include "protocol/recent_messages.hpp"

#include <functional>
#include <utility>

namespace mpac::protocol {

std::size_t recent_messages::by_name::hash(const name& of) {
  constexpr std::size_t odd = 0x9e3779b97f4a7c15; // so that two texts in other roles hash to something else
  return std::hash<message_id>{}(of.message) * odd + std::hash<principal_id>{}(of.sender);
}

bool recent_messages::has(const principal_id& sender, const message_id& message) const {
  const principal_id anybody;
  return known_.contains(name{sender, message}) || (anybodys_ != 0 && known_.contains(name{anybody, message}));
}

void recent_messages::remember(entry one, base::instant now) {
  for (; !order_.empty() && order_.front().until < now; order_.pop_front()) {
    anybodys_ -= order_.front().sender.empty() ? 1 : 0;
    known_.erase(&order_.front());
  }
  if (known_.contains(name{one.sender, one.message}))
    return;
  order_.push_back(std::move(one));
  known_.insert(&order_.back());
  anybodys_ += order_.back().sender.empty() ? 1 : 0;
}

std::vector<recent_messages::entry> recent_messages::all() const {
  return {order_.begin(), order_.end()};
}

} // namespace mpac::protocol
