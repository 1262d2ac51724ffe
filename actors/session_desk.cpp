#include "actors/session_desk.hpp"

#include "actors/conflict.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace mpac::actors {
namespace {

constexpr std::uint64_t everything = std::numeric_limits<std::uint64_t>::max();

} // namespace

session_desk::session_desk(session_actor::pointer self, std::shared_ptr<protocol::session> facts,
                           session_surroundings around)
    : self_(self), facts_(std::move(facts)), around_(std::move(around)), kept_(facts_->sequence()) {
  set_terms();
  // A session that comes back from the store reopens the rooms of its conflicts.
  for (const auto* conflict : facts_->conflicts().all())
    conflicts_.emplace(conflict->conflict_id, self_->spawn(conflict_room, *conflict));
  around_.watch->session_opened(facts_->origin().id);
  idle_since_ = now();
  arm();
}

base::instant session_desk::now() const {
  return base::at(self_->clock().now());
}

void session_desk::set_terms() {
  const auto& origin = facts_->origin();
  terms_ = std::make_shared<const protocol::admission_terms>(
      protocol::admission_terms{origin.id, origin.answers_to_any_id, facts_->policy().strict, facts_->coordinator(),
                                around_.messages_per_sec, around_.burst});
}

// --- mail ---

void session_desk::attach_seat(attach& mail) {
  self_->send(mail.participant, seated_at{session_actor(self_), terms_});
  seats_.insert_or_assign(mail.seat, seat{std::move(mail.outbox), std::move(mail.participant), {}, 0, 0, 0, 0, {}});
  idle_since_ = base::never;
}

void session_desk::vacate(protocol::seat_number at) {
  if (deliberating_ != 0) // what it said before is still to come
    held_.emplace_back(vacated{at});
  else
    vacate_now(at);
  flush();
}

void session_desk::vacate_now(protocol::seat_number at) {
  const auto found = seats_.find(at);
  if (found == seats_.end())
    return;
  const auto who = std::move(found->second.who);
  seats_.erase(found);
  (void)catching_up_.end(at);
  const auto* person = who ? facts_->people().find(*who) : nullptr;
  if (person && person->seat == at)
    live(*facts_, decide_vacated(*facts_, *who, at, now()), [&](auto made) { keep(std::move(made)); });
  if (seats_.empty())
    idle_since_ = now();
}

void session_desk::receive(arrivals& mail) {
  if (deliberating_ != 0) // receipt order is the order (SPEC 18.4): nobody overtakes a message that is being considered
    held_.emplace_back(std::move(mail));
  else
    process(mail);
  flush();
}

void session_desk::process(arrivals& mail) {
  protocol::live_through(*facts_, mail.when, [&](auto made) { keep(std::move(made)); }); // what was due comes before
  std::size_t done = 0;
  while (done < mail.all.size() && deliberating_ == 0)
    process_one(mail.all[done++], mail);
  if (const auto from = seats_.find(mail.seat); from != seats_.end())
    from->second.outbox->grant(done);
  if (done == mail.all.size())
    return;
  mail.all.erase(mail.all.begin(), mail.all.begin() + static_cast<std::ptrdiff_t>(done));
  held_.emplace_front(std::move(mail));
}

void session_desk::process_one(arrival& one, const arrivals& mail) {
  const auto keep_it = [&](auto made) { keep(std::move(made)); };
  const auto* message = std::get_if<protocol::admitted>(&one);
  const bool says_hello = message && std::holds_alternative<protocol::hello>(message->envelope().body);
  try {
    if (message) {
      protocol::live(*facts_, *message, [&](protocol::decision made) {
        if (says_hello)
          judge_hello(*message, made);
        keep(std::move(made));
      });
    } else if (const auto* why = std::get_if<protocol::refusal>(&one)) {
      protocol::live(*facts_, decide(*facts_, *why, mail.seat, mail.when), keep_it);
    } else {
      const auto& request = std::get<protocol::sideband_request>(one);
      protocol::live(*facts_, decide(*facts_, request, mail.who, mail.seat, mail.when), keep_it);
    }
  } catch (const std::exception& why) {
    poisoned(why, mail.seat, message ? message->envelope().message_id : protocol::message_id{});
    // A participant waits for the verdict on its HELLO, whatever it is.
    if (const auto from = seats_.find(mail.seat); says_hello && from != seats_.end())
      self_->send(from->second.participant, hello_judged{});
  }
}

void session_desk::go_on() {
  --deliberating_;
  while (deliberating_ == 0 && !held_.empty()) {
    auto next = std::move(held_.front());
    held_.pop_front();
    if (auto* mail = std::get_if<arrivals>(&next))
      process(*mail);
    else
      vacate_now(std::get<vacated>(next).seat);
  }
  flush();
}

void session_desk::sign_of_life(const lives& mail) {
  const auto found = seats_.find(mail.seat);
  if (found == seats_.end() || !found->second.who)
    return;
  protocol::live(*facts_, decide_alive(*facts_, *found->second.who, mail.when),
                 [&](auto made) { keep(std::move(made)); });
  flush();
}

void session_desk::rule(const protocol::ruling& what) {
  try {
    protocol::live(*facts_, decide(*facts_, what, now()), [&](auto made) { keep(std::move(made)); });
  } catch (const std::exception& why) {
    poisoned(why, what.on().seat, what.on().message);
  }
  go_on();
}

void session_desk::wake(const tick& mail) {
  if (mail.alarm != alarm_)
    return; // an earlier one was set since
  armed_ = base::never;
  const auto at = now();
  protocol::live_through(*facts_, at, [&](auto made) { keep(std::move(made)); });
  if (may_leave_at() <= at) {
    idle_since_ = base::never; // asked once
    self_->send(around_.registry, is_idle{facts_->origin().id});
  }
  flush();
}

void session_desk::close(protocol::close_reason reason) {
  if (facts_->ended())
    return;
  protocol::live(*facts_, decide_close(*facts_, reason, now()), [&](auto made) { keep(std::move(made)); });
  flush();
}

void session_desk::stop(bool ends) {
  if (ends)
    close(protocol::close_reason::coordinator_shutdown);
  hand_to_journal();
  for (const auto& [at, there] : seats_)
    leaving_.push_back(ends ? leaver{at, farewell::going_away, "the hub stops", facts_->sequence()}
                            : leaver{at, farewell::service_restart, "service restart", facts_->sequence()});
  stopping_ = true;
  if (untold_.empty())
    say_farewells(facts_->sequence());
}

void session_desk::replace(const replace_policy& mail) {
  if (mail.limits) {
    around_.idle_unload = mail.limits->idle_unload;
    around_.messages_per_sec = mail.limits->messages_per_sec;
    around_.burst = mail.limits->burst;
  }
  const auto limits = mail.limits ? mail.limits->session : facts_->origin().limits;
  if (*mail.policy != facts_->policy() || limits != facts_->origin().limits)
    protocol::live(*facts_, decide_policy(*facts_, mail.policy, limits, now()),
                   [&](auto made) { keep(std::move(made)); });
  set_terms();
  for (const auto& [at, there] : seats_)
    self_->send(there.participant, new_terms{terms_});
  flush();
}

void session_desk::leave_if_idle() {
  if (!seats_.empty() || deliberating_ != 0) {
    idle_since_ = seats_.empty() ? now() : base::never;
    self_->send(around_.registry, stays{facts_->origin().id});
    arm();
    return;
  }
  hand_to_journal();
  for (const auto& [id, room] : conflicts_)
    self_->send(room, dissolve{});
  around_.watch->session_unloaded(facts_->origin().id);
  self_->send(around_.journal, park{std::move(facts_), around_.registry});
  self_->quit();
}

// --- decisions ---

void session_desk::keep(protocol::decision made) {
  kept_ = made.sequence;
  around_.watch->decided(facts_->origin().id, made);
  follow(made);
  fresh_.push_back(std::make_shared<const protocol::decision>(std::move(made)));
}

void session_desk::follow(const protocol::decision& made) {
  for (const auto& e : made.events) {
    if (const auto* opened = std::get_if<protocol::conflict_opened>(&e)) {
      conflicts_.emplace(opened->record.conflict_id, self_->spawn(conflict_room, opened->record));
    } else if (const auto* ended = std::get_if<protocol::conflict_ended>(&e)) {
      if (auto room = conflicts_.extract(ended->conflict_id))
        self_->send(room.mapped(), dissolve{});
    } else if (const auto* left = std::get_if<protocol::participant_departed>(&e)) {
      for (auto& [at, there] : seats_)
        if (there.who == left->who && there.until == everything) {
          there.until = made.sequence - 1; // its echo comes to the seat
          self_->send(there.participant, said_goodbye{});
        }
    }
  }
  for (const auto& question : made.consultations)
    consult(question);
}

void session_desk::consult(const std::shared_ptr<const protocol::deliberation>& question) {
  auto room = conflicts_.find(question->conflict_id);
  if (room == conflicts_.end()) // made again from what the session remembers
    room = conflicts_
               .emplace(question->conflict_id,
                        self_->spawn(conflict_room, *facts_->conflicts().find(question->conflict_id)))
               .first;
  ++deliberating_;
  self_->request(room->second, caf::infinite, consider{question})
      .then([this](const ruled& answer) { rule(*answer.what); },
            [this, question](const caf::error& why) {
              conflicts_.erase(question->conflict_id);
              poisoned(std::runtime_error(caf::to_string(why)), question->seat, question->message);
              go_on();
            });
}

void session_desk::judge_hello(const protocol::admitted& message, const protocol::decision& made) {
  const auto at = seats_.find(message.seat());
  if (at == seats_.end())
    return;
  hello_judged verdict;
  verdict.accepted = !made.cause.error;
  if (verdict.accepted) {
    const auto& sender = message.envelope().sender;
    verdict.who = sender.principal_id;
    verdict.type = sender.principal_type;
    verdict.instance = sender.sender_instance_id;
    verdict.lamport = facts_->people().find(sender.principal_id)->lamport;
    take_seat(message.seat(), sender.principal_id, made.sequence);
    at->second.outbox->admitted();
  }
  self_->send(at->second.participant, std::move(verdict));
}

void session_desk::take_seat(protocol::seat_number at, const protocol::principal_id& who, std::uint64_t from) {
  // The newest connection of a principal wins (O-051).
  for (auto& [number, other] : seats_) {
    if (number == at || other.who != who || other.until != everything)
      continue;
    other.until = from - 1;
    self_->send(other.participant, unseated{});
    leaving_.push_back({number, farewell::replaced, "replaced", from});
  }
  auto& taken = seats_.at(at);
  if (taken.who == who && taken.until != everything) {
    taken.earlier_from = taken.from;
    taken.earlier_until = taken.until;
  }
  if (taken.who != who || taken.until != everything) // a second HELLO of the same seat goes on hearing
    taken.from = from;
  taken.who = who;
  taken.until = everything;
}

void session_desk::poisoned(const std::exception& why, protocol::seat_number from,
                            const protocol::message_id& message) {
  if (facts_->sequence() != kept_)
    throw; // absorbed by half: this session can't be trusted any more
  around_.watch->message_poisoned(facts_->origin().id, why.what());
  protocol::refusal sorry{
      protocol::error_code::internal_error, "the hub could not process this message; nothing changed", {}};
  if (!message.empty())
    sorry.refers_to = message;
  protocol::live(*facts_, decide(*facts_, sorry, from, now()), [&](auto made) { keep(std::move(made)); });
}

void session_desk::flush() {
  // The request stands behind all that has arrived by now, so that it is handed over together.
  if (!fresh_.empty() && !std::exchange(hand_over_asked_, true))
    self_->send(self_, hand_over{});
  arm();
}

void session_desk::hand_to_journal() {
  hand_over_asked_ = false;
  if (fresh_.empty())
    return;
  untold_.insert(untold_.end(), fresh_.begin(), fresh_.end());
  self_->send(around_.journal, actors::keep{facts_->origin().id, std::move(fresh_), session_actor(self_)});
  fresh_.clear();
}

base::instant session_desk::may_leave_at() const {
  const bool may = around_.registry && around_.idle_unload > base::duration::zero() && idle_since_ != base::never;
  // While something is due the session stays: only what sleeps for good may leave memory.
  return may && next_deadline(*facts_) == base::never ? idle_since_ + around_.idle_unload : base::never;
}

void session_desk::arm() {
  const auto due = std::min(next_deadline(*facts_), may_leave_at());
  if (due >= armed_)
    return;
  armed_ = due;
  const auto wait = std::max(due - now(), base::duration::zero());
  self_->delayed_send(self_, wait, tick{++alarm_});
}

// --- telling ---

void session_desk::tell(const store::kept& kept) {
  const auto since = untold_.empty() ? base::never : untold_.front()->cause.when;
  while (!untold_.empty() && untold_.front()->sequence <= kept.up_to()) {
    broadcast(*untold_.front());
    untold_.pop_front();
  }
  send_outgoing(since);
  say_farewells(kept.up_to());
}

void session_desk::broadcast(const protocol::decision& what) {
  // What was missed comes right behind the first notice: SESSION_INFO is the first frame anybody gets (SPEC 14.2).
  if (what.replay && what.notices.empty())
    look_up(what.replay);
  for (const auto& notice : what.notices) {
    if (what.replay && &notice == &what.notices.front() + 1)
      look_up(what.replay);
    switch (notice.to.to) {
    case protocol::audience::reach::seat:
      if (const auto there = seats_.find(notice.to.seat); there != seats_.end())
        give(there->first, there->second, notice.frame);
      break;
    case protocol::audience::reach::people:
      for (const auto& who : notice.to.people)
        if (const auto there = seat_of(who, what.sequence); there != seats_.end())
          give(there->first, there->second, notice.frame);
      break;
    case protocol::audience::reach::everyone:
    case protocol::audience::reach::everyone_but:
      for (auto& [at, there] : seats_)
        if (there.hears(what.sequence) && (notice.to.people.empty() || *there.who != notice.to.people.front()))
          give(at, there, notice.frame);
      break;
    }
  }
  if (what.replay && what.notices.size() == 1)
    look_up(what.replay);
}

void session_desk::look_up(const std::shared_ptr<const protocol::replay_request>& missed) {
  if (seats_.contains(missed->seat) && catching_up_.begin(missed->seat))
    self_->send(around_.journal, read_missed{facts_->origin().id, missed, session_actor(self_)});
}

void session_desk::tell_missed(const missed_found& mail) {
  const auto there = seats_.find(mail.asked->seat);
  if (there == seats_.end())
    return;
  const auto behind = catching_up_.end(there->first);
  for (const auto* frames : {&mail.what->frames, &behind})
    for (const auto& frame : *frames)
      give(there->first, there->second, frame);
  send_outgoing(now());
  live(*facts_, decide_replayed(*facts_, *mail.asked, *mail.what, now()), [&](auto made) { keep(std::move(made)); });
  flush();
}

session_desk::seats::iterator session_desk::seat_of(const protocol::principal_id& who, std::uint64_t sequence) {
  if (const auto* person = facts_->people().find(who))
    if (const auto there = seats_.find(person->seat); there != seats_.end() && there->second.hears(sequence))
      return there;
  // Who has moved or left since then hears it where it sat when that was decided.
  return std::find_if(seats_.begin(), seats_.end(),
                      [&](const auto& each) { return each.second.who == who && each.second.hears(sequence); });
}

void session_desk::give(protocol::seat_number at, seat& to, const protocol::frame_ptr& frame) {
  if (catching_up_.holds(at, frame))
    return;
  if (to.outgoing.empty())
    touched_.push_back(at);
  to.outgoing.push_back(frame);
}

void session_desk::send_outgoing(base::instant since) {
  std::size_t frames = 0;
  for (const auto at : touched_) {
    auto& there = seats_.at(at);
    frames += there.outgoing.size();
    there.outbox->deliver(there.outgoing, since);
    there.outgoing.clear();
  }
  touched_.clear();
  if (frames != 0)
    around_.watch->delivered(frames);
}

void session_desk::say_farewells(std::uint64_t told_up_to) {
  std::erase_if(leaving_, [&](leaver& one) {
    if (one.after > told_up_to)
      return false;
    if (const auto there = seats_.find(one.at); there != seats_.end()) {
      if (const auto behind = catching_up_.end(one.at); !behind.empty())
        there->second.outbox->deliver(behind, now());
      there->second.outbox->close(one.why, std::move(one.reason));
    }
    return true;
  });
  if (stopping_ && untold_.empty() && fresh_.empty())
    self_->quit();
}

} // namespace mpac::actors
