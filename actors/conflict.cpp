#include "actors/conflict.hpp"

#include "actors/mistake.hpp"

#include <caf/all.hpp>

namespace mpac::actors {

conflict_actor::behavior_type conflict_room(conflict_actor::pointer self, const protocol::conflict_record& about,
                                            const std::shared_ptr<observer>& watch) {
  ends_by_mistake(self, [watch](const std::string& why) { watch->actor_failed("conflict", why); });
  auto dispute = std::make_shared<protocol::dispute>(about);
  return {
      [=](const consider& mail) {
        auto ruling = std::make_shared<const protocol::ruling>(dispute->consider(mail.what));
        dispute->absorb(*ruling);
        return ruled{std::move(ruling)};
      },
      [=](const dissolve&) { self->quit(); },
  };
}

} // namespace mpac::actors
