#include "actors/conflict.hpp"

#include <caf/all.hpp>

namespace mpac::actors {

conflict_actor::behavior_type conflict_room(conflict_actor::pointer self, protocol::conflict_record about,
                                            session_actor session) {
  auto dispute = std::make_shared<protocol::dispute>(about);
  return {
      [=](const consider& mail) {
        auto ruling = std::make_shared<const protocol::ruling>(dispute->consider(mail.what));
        dispute->absorb(*ruling);
        self->send(session, ruled{std::move(ruling)});
      },
      [=](const dissolve&) { self->quit(); },
  };
}

} // namespace mpac::actors
