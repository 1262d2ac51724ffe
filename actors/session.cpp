#include "actors/session.hpp"

#include "actors/mistake.hpp"
#include "actors/session_desk.hpp"

#include <caf/all.hpp>

namespace mpac::actors {

session_actor::behavior_type session_room(session_actor::pointer self, std::shared_ptr<protocol::session> facts,
                                          session_surroundings around) {
  // Whatever handler throws: this session ends, its connections are closed (participant.cpp), no other one notices.
  ends_by_mistake(self, [watch = around.watch, id = facts->origin().id,
                         is_supervised = around.registry != nullptr](const std::string& why) {
    if (!is_supervised) // else the registry reports it, and knows whether it may return
      watch->session_failed(id, why, false);
  });
  auto desk = std::make_shared<session_desk>(self, std::move(facts), std::move(around));
  // Several decisions in one go share one trip to the journal and one write to each connection.
  return {
      [=](attach& mail) { desk->attach_seat(mail); },
      [=](const vacated& mail) { desk->vacate(mail); },
      [=](arrivals& mail) { desk->receive(mail); },
      [=](const lives& mail) { desk->sign_of_life(mail); },
      [=](const told& mail) { desk->tell(*mail.what); },
      [=](const hand_over&) { desk->hand_to_journal(); },
      [=](const tick& mail) { desk->wake(mail); },
      [=](const close_session& mail) { desk->close(mail.reason, mail.intents); },
      [=](const stop_session& mail) { desk->stop(mail.ends); },
      [=](const replace_policy& mail) { desk->replace(mail); },
      [=](const retire&) { desk->leave_if_idle(); },
      [=](const inspect& mail) { desk->show(mail); },
      [=](const missed_found& mail) { desk->tell_missed(mail); },
      [=](const settle_claim& mail) { desk->settle_claim(mail); },
      [=](const store_state& mail) { desk->hear_of_store(mail); },
      [=](const kept_facts& mail) { desk->take_kept_facts(mail); },
  };
}

} // namespace mpac::actors
