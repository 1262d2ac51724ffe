// A session as the registry knows it: on its way into memory, present or on its way out, and who waits for it
// meanwhile.
#pragma once

#include "actors/handles.hpp"

#include <caf/all.hpp>

#include <deque>
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
