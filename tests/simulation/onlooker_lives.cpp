// What the onlooker knows of hubs that end and begin, and of a store that fails: nobody is told what may be forgotten,
// nothing told is contradicted, and who is turned away has changed nothing (SPEC 7.7, 8.1.1.3).
#include "protocol/session_image.hpp"
#include "tests/simulation/letters.hpp"
#include "tests/simulation/onlooker.hpp"

#include <algorithm>

namespace mpac::tests {

using namespace mpac::protocol;

// --- from the engine ---

void onlooker::is_kept(const store::parcel& what, bool and_synced) {
  auto& there = ledgers_[what.session];
  const bool is_first = there.kept() == 0;
  there.is_kept(what.decisions.empty() ? what.image->sequence : what.decisions.back()->sequence);
  // What begins is on the disk before anybody hears of it, whatever is promised of the rest: no epoch comes twice.
  const bool begins_epoch = std::any_of(what.decisions.begin(), what.decisions.end(), [](const auto& one) {
    return std::any_of(one->events.begin(), one->events.end(),
                       [](const event& e) { return std::holds_alternative<coordinator_recovered>(e); });
  });
  if (and_synced || is_first || begins_epoch)
    there.is_synced();
}

void onlooker::is_parked(const session& facts) {
  auto& there = ledgers_[facts.origin().id];
  if (!there.is_known()) // it has never decided anything
    there.is_handed_over({facts.origin().id, {}, std::make_shared<const session_image>(facts.image())}, amiss_);
}

void onlooker::is_synced() {
  for (auto& [id, there] : ledgers_)
    there.is_synced();
}

void onlooker::comes_back(const session_id& id, const store::stored_session& found) {
  auto& known = shadow(id);
  auto& there = ledgers_[id];
  there.comes_back(id, found.facts.get(), amiss_);
  const auto sequence = there.shadow().sequence;
  if (known.sequence != sequence) {
    if (sequence > known.sequence || !may_forget_.contains(id))
      amiss_.report(id.str() + " comes back with decision " + std::to_string(sequence) + ", and had come to " +
                    std::to_string(known.sequence));
    counts_.happened(occasion::decisions_forgotten);
    known = there.shadow();
    known.epoch = found.facts ? found.facts->origin().epoch : 0;
    known.recovered_at = found.facts ? found.facts->recovered_at() : base::instant{};
    std::erase_if(told_[id].notices, [&](const auto& one) { return one.sequence > sequence; });
  }
  known.facts = nullptr;
  may_forget_.erase(id);
  if (!found.facts)
    return;
  counts_.happened(found.was_interrupted ? occasion::session_recovered : occasion::session_reloaded);
  if (were_in_memory_.erase(id) != 0 && !found.was_interrupted)
    amiss_.report("SPEC 8.1.1.3: " + id.str() + " was in memory when the hub ended, and its epoch goes on");
}

// --- from the world ---

void onlooker::hub_is_gone(bool with_power) {
  for (auto& [id, session] : sessions_) {
    session.facts = nullptr;
    may_forget_.insert(id);
    if (ledgers_[id].kept() != 0)
      were_in_memory_.insert(id); // a new life of the hub is a new epoch of whatever it finds
  }
  for (auto& [id, there] : ledgers_)
    there.is_cut_off(with_power || (weak_ && has_failed_)); // after a failed sync the system has it no more, perhaps
  newcomers_.clear();
  seats_.clear();
  unanswered_.clear();
  store_fails_ = has_failed_ = false;
  failures_to_come_ = 0;
}

void onlooker::check_stopped() {
  for (auto& [at, seat] : seats_) {
    std::erase_if(seat.to_come, [](const auto& one) { return one.missed != nullptr; });
    if (!seat.is_leaving && !seat.is_lost && !seat.to_come.empty())
      amiss_.report("the hub stops, and seat " + std::to_string(at) + " of " + seat.session.str() +
                    " has not heard everything");
  }
  for (const auto& [id, session] : sessions_)
    if (const auto kept = ledgers_[id].kept(); kept != session.sequence && !may_forget_.contains(id))
      amiss_.report("the hub stops, and has kept " + std::to_string(kept) + " decisions of " + id.str() + ", not " +
                    std::to_string(session.sequence));
}

void onlooker::closed_at(seat_number at, actors::farewell why) {
  const auto there = seats_.find(at);
  if (there == seats_.end() || why == actors::farewell::replaced)
    return;
  if (why == actors::farewell::service_restart || why == actors::farewell::going_away) { // it has been told everything
    std::erase_if(unanswered_, [&](const auto& one) { return one.second == at; });
    return;
  }
  there->second.is_lost = true;
  there->second.hears = false;
  there->second.to_come.clear();
  std::erase_if(unanswered_, [&](const auto& one) { return one.second == at; });
}

// --- from the actors ---

void onlooker::session_unloaded(const session_id& id) {
  // In the simulation, not outside, one that nobody entered may be made anew within the same microsecond.
  unkept_ids_.clear();
  shadow(id).facts = nullptr;
}

void onlooker::leave_seats(const session_id& id) {
  for (auto& [at, seat] : seats_)
    if (seat.session == id)
      seat.hears = false;
}

void onlooker::session_failed(const session_id& id, const std::string& why, bool) {
  shadow(id).facts = nullptr;
  if (failures_to_come_ == 0)
    return amiss_.report("session " + id.str() + " failed: " + why);
  --failures_to_come_;
  unkept_ids_.clear(); // in the simulation, not outside, it may be back within the same microsecond
  counts_.happened(occasion::session_fails);
  may_forget_.insert(id);
  leave_seats(id);
}

void onlooker::journal_failed(const std::string& why) {
  if (!disk_may_fail_)
    amiss_.report("the journal failed, and nothing was wrong with the disk: " + why);
  store_fails_ = has_failed_ = true;
  counts_.happened(occasion::store_fails);
}

void onlooker::journal_recovered() {
  store_fails_ = false;
  counts_.happened(occasion::store_is_back);
}

void onlooker::store_unreadable(const session_id& id, const std::string& why) {
  if (!disk_may_fail_)
    amiss_.report("what is kept of '" + id.str() + "' can't be read, and nothing was wrong with the disk: " + why);
  has_failed_ = true;
  counts_.happened(occasion::store_unreadable);
}

// What an earlier life has told is never contradicted: its order goes on.
void onlooker::follow_lives(const absorbed& seen, const std::vector<std::uint64_t>& lamports) {
  const auto& id = seen.session.id;
  const auto& made = seen.decision;
  const auto report = [&](const std::string& what) {
    amiss_.report("decision " + std::to_string(made.sequence) + " of " + id.str() + ": " + what);
  };
  const auto& told = told_[id];
  for (const auto value : lamports)
    if (value != 0 && (std::pair(seen.session.epoch, value) <= told.heard || (!weak_ && value <= told.heard_lamport)))
      report("SPEC 12.7: Lamport value " + std::to_string(value) + " of epoch " + std::to_string(seen.session.epoch) +
             " follows " + std::to_string(told.heard.second) + " of epoch " + std::to_string(told.heard.first));
  if (const auto number = message_number(made.cause.message.str());
      number != 0 && turned_away_.contains(number) && !said_again_.contains(number))
    report("message " + made.cause.message.str() + " was turned away, and is judged all the same");
  for (const auto& e : made.events) {
    if (std::holds_alternative<coordinator_recovered>(e)) {
      leave_seats(id);
      continue;
    }
    const auto* changed = std::get_if<availability_changed>(&e);
    const auto* facts = seen.session.facts;
    if (!changed || changed->is_available || made.cause.kind || !facts || seen.session.recovered_at == base::instant{})
      continue;
    if (made.cause.when < seen.session.recovered_at + facts->policy().liveness.unavailability_timeout)
      report("SPEC 8.1.1.3: " + changed->who.str() + " is lost to a silence while there was no coordinator");
  }
}

// Said while nothing is kept, or before anybody has entered: it has no place in the order, no Lamport value, and refers
// to what it refuses.
bool onlooker::is_said_unkept(seat_shadow& seat, seat_number at, const frame_ptr& frame) {
  // A session begins with its first HELLO, and keeps nothing before that either.
  const auto payload = frame->payload();
  const bool is_the_hubs = payload.find(R"("type":")") != payload.npos || payload.find(":unkept-") != payload.npos;
  if (!has_failed_ && (shadow(seat.session).sequence != 0 || !is_the_hubs))
    return false;
  if (payload.find(R"("message_type":")") == payload.npos) { // the sideband shows what is kept
    counts_.happened(occasion::answered_from_kept);
    return true;
  }
  if (payload.find(":unkept-") == payload.npos)
    return false;
  const auto read = reader_.decode(frame, strictness::strict);
  const auto* said = read ? std::get_if<envelope>(&*read) : nullptr;
  const auto* error = said ? std::get_if<protocol_error>(&said->body) : nullptr;
  const auto report = [&](const std::string& what) {
    amiss_.report("seat " + std::to_string(at) + " of " + seat.session.str() + " is turned away: " + what + ": " +
                  std::string(payload));
  };
  if (!error)
    report("that is no PROTOCOL_ERROR");
  else if (said->watermark)
    report("what has no place in the order has a Lamport value");
  else if (said->session_id != seat.session)
    report("by another session");
  else if (!unkept_ids_.insert(said->message_id.str()).second)
    report("one id stands for two messages");
  else if (const auto epoch = shadow(seat.session).epoch;
           epoch != 0 && static_cast<std::uint64_t>(said->coordinator_epoch.value_or(0)) != epoch)
    report("in an epoch that is not");
  if (!error || !error->refers_to)
    return true;
  const auto number = message_number(error->refers_to->str());
  unanswered_.erase(number);
  turned_away_.insert(number);
  counts_.happened(occasion::turned_away_unkept);
  return true;
}

} // namespace mpac::tests
