#include "actors/participant.hpp"

#include "actors/mistake.hpp"

#include <caf/all.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace mpac::actors {
namespace {

/// A pong tells the session at most this often that its person lives: far below any sensible liveness timeout.
constexpr std::chrono::seconds pulse_interval{5};

struct desk {
  protocol::seat_number seat = 0;
  std::shared_ptr<actors::outbox> outbox;
  std::shared_ptr<observer> watch;
  session_actor session;
  std::optional<protocol::admission> door;
  // Letters that wait for the session, or behind a HELLO on its way there. Bounded by net's inbound_window.
  std::vector<letters> waiting;
  bool hello_under_way = false;
  base::instant last_pulse{};
  bool line_is_gone = false;
  std::string peer_address;     // for logs
  std::string peer_certificate; // DER, what credentials of type mtls_fingerprint are matched against; empty: none
};

void admit(participant_actor::pointer self, desk& at, letters mail) {
  if (!at.door || at.hello_under_way) {
    at.waiting.push_back(std::move(mail));
    return;
  }
  arrivals through;
  through.seat = at.seat;
  through.when = mail.when;
  through.all.reserve(mail.all.size());
  if (at.door->is_present())
    through.who = at.door->bound_to();
  std::size_t silent = 0;
  for (std::size_t i = 0; i < mail.all.size(); ++i) {
    auto& content = mail.all[i].content;
    const bool is_envelope = std::holds_alternative<protocol::envelope>(content);
    if (auto too_fast = is_envelope ? std::nullopt : at.door->pace(mail.when)) {
      through.all.emplace_back(std::move(*too_fast));
      continue;
    }
    if (auto* why = std::get_if<protocol::refusal>(&content)) {
      through.all.emplace_back(std::move(*why));
      continue;
    }
    if (auto* request = std::get_if<protocol::sideband_request>(&content)) {
      through.all.emplace_back(std::move(*request));
      continue;
    }
    auto& envelope = std::get<protocol::envelope>(content);
    const bool says_hello = std::holds_alternative<protocol::hello>(envelope.body);
    auto verdict = at.door->admit(std::move(envelope), std::move(mail.all[i].frame), mail.when);
    if (auto* admitted = std::get_if<protocol::admitted>(&verdict)) {
      through.all.emplace_back(std::move(*admitted));
      if (says_hello) { // who speaks next is known once the session has judged
        at.hello_under_way = true;
        letters rest{{std::make_move_iterator(mail.all.begin() + static_cast<std::ptrdiff_t>(i) + 1),
                      std::make_move_iterator(mail.all.end())},
                     mail.when};
        if (!rest.all.empty())
          at.waiting.insert(at.waiting.begin(), std::move(rest));
        break;
      }
    } else if (auto* why = std::get_if<protocol::refusal>(&verdict)) {
      through.all.emplace_back(std::move(*why));
    } else {
      ++silent;
      at.watch->ignored();
    }
  }
  if (silent != 0)
    at.outbox->grant(silent);
  if (!through.all.empty())
    self->send(at.session, std::move(through));
}

void admit_waiting(participant_actor::pointer self, desk& at) {
  auto waiting = std::exchange(at.waiting, {});
  for (auto& mail : waiting)
    admit(self, at, std::move(mail));
}

participant_actor::behavior_type room(participant_actor::pointer self, std::shared_ptr<desk> at) {
  self->set_down_handler([at](caf::scheduled_actor*, caf::down_msg&) {
    // The session is gone without a farewell. Whoever comes back finds it made again.
    at->outbox->close(farewell::failed, "the session failed");
  });
  ends_by_mistake(self, [=](const std::string& why) {
    at->watch->actor_failed("participant", why);
    at->outbox->close(farewell::failed, "the hub made a mistake with this connection");
    if (at->session)
      self->send(at->session, vacated{at->seat});
  });
  return {
      [=](letters& mail) { admit(self, *at, std::move(mail)); },
      [=](const pulse& mail) {
        if (!at->session || mail.when - at->last_pulse < pulse_interval)
          return;
        at->last_pulse = mail.when;
        self->send(at->session, lives{at->seat, mail.when});
      },
      [=](const line_gone&) {
        at->line_is_gone = true;
        if (!at->session)
          return; // on the way to it; it must hear that nobody comes
        self->send(at->session, vacated{at->seat});
        self->quit();
      },
      [=](seated_at& mail) {
        at->session = std::move(mail.session);
        at->door.emplace(at->seat, std::move(mail.terms));
        if (at->line_is_gone) {
          self->send(at->session, vacated{at->seat});
          self->quit();
          return;
        }
        self->monitor(at->session);
        admit_waiting(self, *at);
      },
      [=](const new_terms& mail) {
        if (at->door)
          at->door->adopt(mail.terms);
      },
      [=](const hello_judged& mail) {
        at->hello_under_way = false;
        if (mail.accepted)
          at->door->welcomed(mail.who, mail.type, mail.instance, mail.lamport);
        admit_waiting(self, *at);
      },
      [=](const said_goodbye&) { at->door->departed(); },
      [=](const unseated&) { at->door->departed(); },
  };
}

} // namespace

participant_actor::behavior_type participant_room(participant_actor::pointer self, protocol::seat_number seat,
                                                  protocol::session_id session, registry_actor registry,
                                                  std::shared_ptr<outbox> outbox, std::shared_ptr<observer> watch,
                                                  peer_facts peer) {
  auto at = std::make_shared<desk>();
  at->seat = seat;
  at->outbox = outbox;
  at->watch = std::move(watch);
  at->peer_address = std::move(peer.address);
  at->peer_certificate = std::move(peer.certificate);
  self->send(registry, open_session{std::move(session), attach{seat, std::move(outbox), participant_actor(self)}});
  return room(self, std::move(at));
}

participant_actor::behavior_type participant_of(participant_actor::pointer self, protocol::seat_number seat,
                                                session_actor session, std::shared_ptr<outbox> outbox,
                                                std::shared_ptr<observer> watch) {
  auto at = std::make_shared<desk>();
  at->seat = seat;
  at->outbox = outbox;
  at->watch = std::move(watch);
  self->send(session, attach{seat, std::move(outbox), participant_actor(self)});
  return room(self, std::move(at));
}

} // namespace mpac::actors
