#include "actors/untold.hpp"

#include "protocol/session_image.hpp"

#include <caf/all.hpp>

#include <utility>

namespace mpac::actors {

void untold::ask_to_hand_over() {
  // The request stands behind all that has arrived by now.
  if (!fresh_.empty() && !std::exchange(asked_, true))
    self_->send(self_, actors::hand_over{});
}

void untold::hand_over(const protocol::session& facts) {
  asked_ = false;
  if (fresh_.empty())
    return;
  handed_over_.insert(handed_over_.end(), fresh_.begin(), fresh_.end());
  keep mail{facts.origin().id, std::move(fresh_), {}, session_actor(self_)};
  if (std::exchange(image_wanted_, false)) // all that was decided is absorbed
    mail.image = std::make_shared<const protocol::session_image>(facts.image());
  self_->send(journal_, std::move(mail));
  fresh_.clear();
}

} // namespace mpac::actors
