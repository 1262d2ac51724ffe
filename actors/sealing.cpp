#include "actors/sealing.hpp"

#include "security/envelope_signature.hpp"

#include <stdexcept>

namespace mpac::actors {

void sealing::seal(protocol::decision& made) const {
  if (!key_)
    return;
  protocol::frame_ptr last, sealed; // one frame may go to several audiences
  for (auto& told : made.notices) {
    if (told.whose == protocol::voice::participant || told.frame.get() == made.cause.inbound.get())
      continue;
    if (told.frame.get() != last.get()) {
      last = told.frame;
      sealed = seal(told.frame);
    }
    told.frame = sealed;
  }
}

protocol::frame_ptr sealing::seal(const protocol::frame_ptr& frame) const {
  if (!key_)
    return frame;
  auto text = security::sign_envelope(frame->payload(), *key_);
  if (!text) // our own frames are JSON objects without a signature
    throw std::logic_error("a frame of the coordinator's can't be signed: " + text.error());
  return protocol::frame::of(*text);
}

} // namespace mpac::actors
