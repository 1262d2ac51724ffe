#include "actors/alarm.hpp"

#include <caf/all.hpp>

#include <algorithm>

namespace mpac::actors {

void alarm::set(base::instant due) {
  if (due >= due_)
    return;
  due_ = due;
  const auto wait = std::max(due - base::at(self_->clock().now()), base::duration::zero());
  self_->delayed_send(self_, wait, tick{++last_});
}

bool alarm::rings(const tick& mail) noexcept {
  if (mail.alarm != last_)
    return false; // an earlier one was set since
  due_ = base::never;
  return true;
}

} // namespace mpac::actors
