#include "tests/support/patient_journal.hpp"

#include <caf/all.hpp>

#include <utility>

namespace mpac::tests {
namespace {

actors::journal_actor::behavior_type room(actors::journal_actor::pointer self, actors::journal_actor before,
                                          std::shared_ptr<patience> how) {
  return {
      [=](actors::keep& mail) {
        how->waiting.push_back(std::move(mail));
        if (!how->holds)
          for (auto& each : std::exchange(how->waiting, {}))
            self->send(before, std::move(each));
      },
      [=](const actors::commit_batch&) { // somebody has stopped holding
        for (auto& each : std::exchange(how->waiting, {}))
          self->send(before, std::move(each));
      },
      [=](const actors::sync_store& mail) { self->send(before, mail); },
      [=](const actors::tidy_store& mail) { self->send(before, mail); },
      [=](actors::park& mail) { self->send(before, std::move(mail)); },
      [=](actors::load_session& mail) { return self->delegate(before, std::move(mail)); },
      [=](actors::found_session& mail) { return self->delegate(before, std::move(mail)); },
      [=](actors::look_up_kept& mail) { self->send(before, std::move(mail)); },
      [=](actors::read_transcript& mail) { self->send(before, std::move(mail)); },
      [=](actors::read_missed& mail) { self->send(before, std::move(mail)); },
      [=](actors::list_kept& mail) { return self->delegate(before, std::move(mail)); },
      [=](actors::list_sleepers& mail) { return self->delegate(before, std::move(mail)); },
      [=](actors::back_up_store& mail) { self->send(before, std::move(mail)); },
      [=](actors::watch_store& mail) { self->send(before, std::move(mail)); },
      [=](actors::close_journal& mail) { return self->delegate(before, std::move(mail)); },
  };
}

} // namespace

actors::journal_actor spawn_patient_journal(caf::actor_system& system, actors::journal_actor before,
                                            std::shared_ptr<patience> how) {
  return system.spawn(room, std::move(before), std::move(how));
}

} // namespace mpac::tests
