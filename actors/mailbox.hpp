// What an actor knows of its own mailbox.
#pragma once

namespace mpac::actors {

/// Whether anything waits behind the mail that `self` is at work on. For the actor itself, on its own thread.
template <class Self>
[[nodiscard]] bool has_more_mail(Self* self) noexcept {
  return !self->mailbox().empty();
}

} // namespace mpac::actors
