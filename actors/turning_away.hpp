// What becomes of those who wait for a session that they do not find.
#pragma once

#include "actors/observer.hpp"
#include "actors/resident.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace mpac::actors {

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

} // namespace mpac::actors
