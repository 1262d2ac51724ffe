#include "tests/simulation/onlooker.hpp"

#include "store/memory_engine.hpp"
#include "tests/simulation/letters.hpp"

#include <algorithm>

namespace mpac::tests {

using namespace mpac::protocol;

void onlooker::takes_seat(seat_number at, const session_id& session) {
  seats_[at].session = session;
}

session_shadow& onlooker::shadow(const session_id& id) {
  auto& found = sessions_[id];
  found.id = id;
  return found;
}

void onlooker::actor_failed(std::string_view which, const std::string& why) {
  amiss_.report("the " + std::string(which) + " failed: " + why);
}

void onlooker::message_poisoned(const session_id& id, const std::string& why) {
  amiss_.report("a message poisoned session " + id.str() + ": " + why);
}

void onlooker::decided(const session_id& id, const decision& made) {
  ++decisions_;
  refusals_ += made.cause.error.has_value();
  const absorbed seen{shadow(id), made, amiss_, counts_};
  const auto lamports = follow_clock(seen, reader_);
  follow_lives(seen, lamports);
  follow_seats(seen);
  follow_notices(seen, lamports);
  follow_answers(seen);
  follow_lifecycles(seen);
  check_tables(seen);
  check_overlaps(seen);
  check_indexes(seen);
  remember(seen);
}

// Who hears from this decision on, and who no longer.
void onlooker::follow_seats(const absorbed& seen) {
  for (const auto& e : seen.decision.events) {
    const auto* joined = std::get_if<participant_joined>(&e);
    const auto* left = std::get_if<participant_departed>(&e);
    if (!joined && !left)
      continue;
    const auto& who = joined ? joined->record->principal_id : left->who;
    for (auto& [at, seat] : seats_)
      if (seat.session == seen.session.id && seat.hears && seat.who == who)
        seat.hears = false;
    if (!joined || joined->record->seat == 0)
      continue;
    auto& taken = seats_.at(joined->record->seat);
    if (taken.session != seen.session.id)
      amiss_.report(who.str() + " was led to a seat of another session");
    taken.who = who;
    taken.hears = true;
  }
}

// One order for all, nobody left out, nobody told of another session: what comes out must be this and nothing else.
void onlooker::follow_notices(const absorbed& seen, const std::vector<std::uint64_t>& lamports) {
  using reach = audience::reach;
  const auto& made = seen.decision;
  const auto miss_behind = [&](std::size_t told) {
    if (made.replay && told == made.replay->behind)
      if (const auto there = seats_.find(made.replay->seat); there != seats_.end())
        there->second.to_come.push_back({nullptr, 0, made.sequence, made.replay, 0});
  };
  miss_behind(0);
  for (std::size_t i = 0; i < lamports.size(); ++i, miss_behind(i)) {
    const auto& notice = made.notices[i];
    const seat_shadow::frame_to_come coming{notice.frame.get(), lamports[i], made.sequence, nullptr, 0};
    if (notice.to.to == reach::seat) {
      if (const auto there = seats_.find(notice.to.seat); there != seats_.end() && !there->second.is_lost)
        there->second.to_come.push_back(coming);
      continue;
    }
    const auto& people = notice.to.people;
    for (auto& [at, seat] : seats_) {
      if (seat.session != seen.session.id || !seat.hears)
        continue;
      const bool is_named = std::find(people.begin(), people.end(), *seat.who) != people.end();
      if (notice.to.to == reach::everyone || is_named == (notice.to.to == reach::people))
        seat.to_come.push_back(coming);
    }
  }
}

// As much as the store keeps, or somewhat more.
void onlooker::remember(const absorbed& seen) {
  auto& lately = told_[seen.session.id];
  const auto& why = seen.decision.cause;
  const bool answers_somebody = why.from_its_seat && why.kind != message_kind::hello; // seats don't last
  for (const auto& notice : seen.decision.notices) {
    if (notice.to.to == audience::reach::seat && !answers_somebody)
      continue;
    lately.bytes += notice.frame->payload().size();
    lately.notices.push_back({++lately.numbers, seen.decision.sequence, notice.to, why.who, notice.frame});
  }
  while (!keeps_everything_ && lately.bytes > 2 * store::memory_transcript_bytes) {
    lately.bytes -= lately.notices.front().frame->payload().size();
    lately.notices.pop_front();
  }
  if (seen.decision.cause.outcome == "replayed")
    counts_.happened(occasion::replay_over);
}

// What was missed is what this participant was told before it asked, in the same order.
bool onlooker::is_told_again(seat_shadow::frame_to_come& missed, const seat_shadow& seat, const frame_ptr& frame) {
  const auto& asked = *missed.missed;
  const auto& lately = told_[seat.session].notices;
  const auto told = std::find_if(lately.begin(), lately.end(), [&](const auto& one) {
    return one.number > missed.told && (one.frame.get() == frame.get() || one.frame->payload() == frame->payload());
  });
  if (told == lately.end() || told->sequence >= asked.before_sequence)
    return false;
  const auto& people = told->to.people;
  const bool is_named = std::find(people.begin(), people.end(), asked.who) != people.end();
  const bool is_for_them = told->to.to == audience::reach::seat       ? told->sender == asked.who
                           : told->to.to == audience::reach::people   ? is_named
                           : told->to.to == audience::reach::everyone ? true
                                                                      : !is_named;
  missed.told = told->number;
  counts_.happened(occasion::frame_told_again);
  return is_for_them;
}

// Every message is judged once; what is not accepted is answered to whom it came from.
void onlooker::follow_answers(const absorbed& seen) {
  const auto& made = seen.decision;
  const auto number = message_number(made.cause.message.str());
  const auto waiting = number == 0 ? unanswered_.end() : unanswered_.find(number);
  if (waiting == unanswered_.end() || !made.consultations.empty()) // its conflict considers it first
    return;
  const auto* facts = seen.session.facts;
  const bool has_echoes = facts && facts->policy().routing.relay == relay_to::all;          // O-003
  const bool is_quiet = !made.cause.error && (made.cause.kind == message_kind::heartbeat || // SPEC 14.3: no answer
                                              !has_echoes || seen.session.has_ended);       // O-064
  const bool is_heard = std::any_of(made.notices.begin(), made.notices.end(), [&](const notice& one) {
    return one.to.to != audience::reach::seat || one.to.seat == waiting->second;
  });
  if (!is_quiet && !is_heard)
    amiss_.report("message " + made.cause.message.str() + " to " + seen.session.id.str() + " was judged in silence");
  unanswered_.erase(waiting);
}

void onlooker::delivered_at(seat_number at, std::span<const frame_ptr> frames) {
  auto& seat = seats_.at(at);
  auto& coming = seat.to_come;
  for (const auto& frame : frames) {
    const auto due = std::find_if(coming.begin(), coming.end(), [](const auto& one) { return !one.missed; });
    if (due != coming.end() && due->frame == frame.get()) {
      if (const auto kept = ledgers_[seat.session].kept(); due->sequence > kept)
        amiss_.report("seat " + std::to_string(at) + " of " + seat.session.str() + " is told decision " +
                      std::to_string(due->sequence) + " when " + std::to_string(kept) + " are kept");
      if (auto& told = told_[seat.session]; due->lamport != 0) {
        told.heard = std::max(told.heard, {shadow(seat.session).epoch, due->lamport});
        told.heard_lamport = std::max(told.heard_lamport, due->lamport);
      }
      seat.heard_lamport = std::max(seat.heard_lamport, due->lamport);
      coming.erase(coming.begin(), due + 1); // with what was missed before it, which is all told now
      continue;
    }
    if (is_said_unkept(seat, at, frame))
      continue;
    // Who has asked twice may have been told twice.
    while (!coming.empty() && coming.front().missed && !is_told_again(coming.front(), seat, frame))
      coming.pop_front();
    if (coming.empty() || !coming.front().missed) {
      amiss_.report("seat " + std::to_string(at) + " of " + seat.session.str() +
                    " hears out of order: " + std::string(frame->payload()));
      return;
    }
  }
}

void onlooker::check_settled() {
  for (auto& [at, seat] : seats_) {
    std::erase_if(seat.to_come, [](const auto& one) { return one.missed != nullptr; });
    if (!seat.is_leaving && !seat.to_come.empty())
      amiss_.report("seat " + std::to_string(at) + " of " + seat.session.str() + " still waits for " +
                    std::to_string(seat.to_come.size()) + " frames that were kept");
  }
  std::erase_if(seats_, [](const auto& seat) { return seat.second.is_leaving; });
  for (const auto& [message, at] : unanswered_)
    if (const auto there = seats_.find(at); there != seats_.end() && !there->second.is_lost)
      amiss_.report("message " + message_name(message) + " from seat " + std::to_string(at) + " was never judged");
  unanswered_.clear();
  has_failed_ = store_fails_;
}

void onlooker::check_end() {
  for (const auto& [id, session] : sessions_)
    check_silence(session, amiss_);
}

} // namespace mpac::tests
