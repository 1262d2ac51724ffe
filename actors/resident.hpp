// A session as the registry knows it: on its way into memory, present or on its way out, and who waits for it
// meanwhile.
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"

#include <caf/all.hpp>

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace mpac::actors {

//            open_session            the journal's answer
//   (none) --------------> loading -------------------------> present
//                             ^                                |  ^
//                             | somebody came meanwhile  idle  v  | stays
//   (none) <---------------------------------- parked ----- retiring
enum class presence { loading, present, retiring };

/// What waits for a session that is neither here nor gone.
struct waiting_for_session {
  std::vector<attach> people;
  std::vector<caf::typed_response_promise<session_actor>> questions;
};

/// It is not to be found: whoever came is shown out, and whoever asked is told so.
inline void show_out(waiting_for_session waiting, farewell why, const std::string& reason) {
  for (auto& person : waiting.people)
    person.outbox->close(why, reason);
  for (auto& question : waiting.questions)
    question.deliver(session_actor{});
}

/// The same for a reason that is counted.
inline void turn_away(waiting_for_session waiting, dismissal why, const std::string& reason, observer& watch) {
  for (std::size_t i = 0; i < waiting.people.size(); ++i)
    watch.dismissed(why);
  const bool is_for_good = why == dismissal::no_such_session; // asking again does not help
  show_out(std::move(waiting), is_for_good ? farewell::turned_away : farewell::try_again, reason);
}

struct resident {
  presence where = presence::loading;
  session_actor room;
  waiting_for_session waiting;
  /// The journal was asked for it, or to keep it as it is founded: a session that is fetched twice would be two.
  bool is_on_its_way = false;
};

struct record_of_failures {
  std::deque<base::instant> when;
  std::uint64_t last_epoch = 1;
};

} // namespace mpac::actors
