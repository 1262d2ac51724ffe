#include "actors/untold.hpp"

#include <caf/all.hpp>

#include <utility>

namespace mpac::actors {

void untold::ask_to_hand_over() {
  // The request stands behind all that has arrived by now.
  if (!fresh_.empty() && !std::exchange(asked_, true))
    self_->send(self_, actors::hand_over{});
}

void untold::hand_over(const protocol::session_id& session) {
  asked_ = false;
  if (fresh_.empty())
    return;
  handed_over_.insert(handed_over_.end(), fresh_.begin(), fresh_.end());
  self_->send(journal_, keep{session, std::move(fresh_), session_actor(self_)});
  fresh_.clear();
}

} // namespace mpac::actors
