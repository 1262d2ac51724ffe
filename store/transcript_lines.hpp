// What of a decision belongs to the transcript of its session (SPEC 9.6.3).
#pragma once

#include "store/engine.hpp"

namespace mpac::store {

/// Visits the message that brought a decision about, and all that the coordinator said; what was merely passed on is
/// there already.
template <class Visit>
void for_each_line(const protocol::decision& what, Visit&& visit) {
  if (what.cause.inbound)
    visit(transcript_line{what.sequence, true, what.cause.when, what.cause.inbound});
  for (const auto& notice : what.notices)
    if (notice.whose == protocol::voice::coordinator)
      visit(transcript_line{what.sequence, false, what.cause.when, notice.frame});
}

} // namespace mpac::store
