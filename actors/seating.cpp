#include "actors/seating.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <utility>

namespace mpac::actors {

void seating::add(attach& mail) {
  seats_.insert_or_assign(mail.seat, seat{std::move(mail.outbox), std::move(mail.participant), {}, 0, 0, {}, {}});
}

std::optional<protocol::principal_id> seating::remove(protocol::seat_number at) {
  const auto found = seats_.find(at);
  if (found == seats_.end())
    return std::nullopt;
  auto who = std::move(found->second.who);
  seats_.erase(found);
  (void)catching_up_.end(at);
  return who;
}

const protocol::principal_id* seating::who_sits(protocol::seat_number at) const {
  const auto found = seats_.find(at);
  return found != seats_.end() && found->second.who ? &*found->second.who : nullptr;
}

void seating::take(protocol::seat_number at, const protocol::principal_id& who, std::uint64_t from) {
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
    std::erase_if(taken.earlier, [&](const auto& visit) { return visit.until <= told_up_to_; });
    if (taken.until > told_up_to_)
      taken.earlier.push_back({taken.from, taken.until});
    // Who was to be shown out has won the seat back.
    std::erase_if(leaving_, [&](const leaver& one) { return one.at == at && one.why == farewell::replaced; });
  }
  if (taken.who != who || taken.until != everything) // a second HELLO of the same seat goes on hearing
    taken.from = from;
  taken.who = who;
  taken.until = everything;
  taken.outbox->admitted();
}

void seating::depart(const protocol::principal_id& who, std::uint64_t by) {
  for (auto& [at, there] : seats_)
    if (there.who == who && there.until == everything) {
      there.until = by - 1; // its echo comes to the seat
      self_->send(there.participant, said_goodbye{});
    }
}

void seating::judge(protocol::seat_number at, hello_judged verdict) {
  if (const auto there = seats_.find(at); there != seats_.end())
    self_->send(there->second.participant, std::move(verdict));
}

void seating::judge(protocol::seat_number at, key_judged verdict) {
  if (const auto there = seats_.find(at); there != seats_.end())
    self_->send(there->second.participant, verdict);
}

void seating::grant(protocol::seat_number at, std::size_t messages) {
  if (const auto there = seats_.find(at); there != seats_.end())
    there->second.outbox->grant(messages);
}

void seating::announce(const std::shared_ptr<const protocol::admission_terms>& terms) {
  for (const auto& [at, there] : seats_)
    self_->send(there.participant, new_terms{terms});
}

// --- telling ---

void seating::tell(const protocol::decision& what, const protocol::roster& people, const look_up& ask) {
  const auto ask_behind = [&](std::size_t told) {
    // SESSION_INFO is the first frame anybody gets (SPEC 14.2), and the news of a recovery the second.
    if (what.replay && told == what.replay->behind && begins_to_catch_up(what.replay->seat))
      ask(what.replay);
  };
  ask_behind(0);
  std::size_t told = 0;
  for (const auto& notice : what.notices) {
    switch (notice.to.to) {
    case protocol::audience::reach::seat:
      if (const auto there = seats_.find(notice.to.seat); there != seats_.end())
        give(there->first, there->second, notice.frame);
      break;
    case protocol::audience::reach::people:
      for (const auto& who : notice.to.people)
        if (const auto there = seat_of(who, what.sequence, people); there != seats_.end())
          give(there->first, there->second, notice.frame);
      break;
    case protocol::audience::reach::everyone:
    case protocol::audience::reach::everyone_but:
      for (auto& [at, there] : seats_)
        if (there.hears(what.sequence) && (notice.to.people.empty() || *there.who != notice.to.people.front()))
          give(at, there, notice.frame);
      break;
    }
    ask_behind(++told);
  }
}

bool seating::catch_up(protocol::seat_number at, const std::vector<protocol::frame_ptr>& missed) {
  const auto there = seats_.find(at);
  const auto behind = catching_up_.end(at);
  if (there == seats_.end() || !behind)
    return false;
  for (const auto* frames : {&missed, &*behind})
    for (const auto& frame : *frames)
      give(at, there->second, frame);
  return true;
}

seating::seats::iterator seating::seat_of(const protocol::principal_id& who, std::uint64_t sequence,
                                          const protocol::roster& people) {
  if (const auto* person = people.find(who))
    if (const auto there = seats_.find(person->seat); there != seats_.end() && there->second.hears(sequence))
      return there;
  // Who has moved or left since then hears it where it sat when that was decided.
  return std::find_if(seats_.begin(), seats_.end(),
                      [&](const auto& each) { return each.second.who == who && each.second.hears(sequence); });
}

void seating::give(protocol::seat_number at, seat& to, const protocol::frame_ptr& frame) {
  if (catching_up_.holds(at, frame))
    return;
  if (to.outgoing.empty())
    touched_.push_back(at);
  to.outgoing.push_back(frame);
}

void seating::say(protocol::seat_number at, const protocol::frame_ptr& frame) {
  if (const auto there = seats_.find(at); there != seats_.end())
    give(at, there->second, frame);
}

std::size_t seating::send(base::instant since) {
  std::size_t frames = 0;
  for (const auto at : touched_) {
    auto& there = seats_.at(at);
    frames += there.outgoing.size();
    there.outbox->deliver(there.outgoing, since);
    there.outgoing.clear();
  }
  touched_.clear();
  return frames;
}

// --- leaving ---

void seating::dismiss_all(farewell why, const std::string& reason, std::uint64_t after) {
  for (const auto& [at, there] : seats_)
    leaving_.push_back({at, why, reason, after});
}

void seating::say_farewells(std::uint64_t told_up_to) {
  told_up_to_ = told_up_to;
  std::erase_if(leaving_, [&](leaver& one) {
    if (one.after > told_up_to)
      return false;
    if (const auto there = seats_.find(one.at); there != seats_.end()) {
      // Who goes for good needs no more than what is left; who comes back asks again for what it missed, and what lies
      // behind that would make it ask for too little.
      if (const auto behind = catching_up_.end(one.at);
          behind && !behind->empty() && one.why != farewell::service_restart)
        there->second.outbox->deliver(*behind, base::never);
      there->second.outbox->close(one.why, std::move(one.reason));
    }
    return true;
  });
}

} // namespace mpac::actors
