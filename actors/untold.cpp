#include "actors/untold.hpp"

#include "actors/mailbox.hpp"

#include <caf/all.hpp>

#include <utility>

namespace mpac::actors {

void untold::hand_over_soon(const protocol::session_id& session) {
  if (fresh_.empty() || asked_)
    return;
  if (!has_more_mail(self_)) // a request to itself would be the next mail, and cost as much as any
    return hand_over(session);
  asked_ = true;
  self_->send(self_, actors::hand_over{}); // stands behind all that has arrived by now
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
