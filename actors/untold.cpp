#include "actors/untold.hpp"

#include "actors/mailbox.hpp"
#include "protocol/session_image.hpp"

#include <caf/all.hpp>

#include <utility>

namespace mpac::actors {

void untold::hand_over_soon(const protocol::session& facts) {
  if (fresh_.empty() || asked_)
    return;
  if (!has_more_mail(self_)) // a request to itself would be the next mail, and cost as much as any
    return hand_over(facts);
  asked_ = true;
  self_->send(self_, actors::hand_over{}); // stands behind all that has arrived by now
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
