#include "protocol/recent_messages.hpp"

#include <utility>

namespace mpac::protocol {

std::string recent_messages::key_of(const principal_id& sender, const message_id& message) {
  return std::to_string(sender.str().size()) + ':' + sender.str() + message.str();
}

bool recent_messages::has(const principal_id& sender, const message_id& message) const {
  return known_.contains(key_of(sender, message)) || known_.contains(key_of({}, message));
}

void recent_messages::remember(entry one, base::instant now) {
  for (; !order_.empty() && order_.front().until < now; order_.pop_front())
    known_.erase(key_of(order_.front().sender, order_.front().message));
  if (known_.insert(key_of(one.sender, one.message)).second)
    order_.push_back(std::move(one));
}

std::vector<recent_messages::entry> recent_messages::all() const {
  return {order_.begin(), order_.end()};
}

} // namespace mpac::protocol
