// What of a decision belongs to the transcript of its session (SPEC 9.6.3).
#pragma once

#include "store/engine.hpp"

#include <utility>

namespace mpac::store {

/// Visits the lines that a decision adds, in the order in which they are chained.
template <class Visit>
void for_each_line(const protocol::decision& what, Visit&& visit) {
  std::uint64_t index = 0;
  if (what.chain) {
    std::uint64_t lines = 0;
    protocol::for_each_transcript_frame(what, [&](const auto&, bool) { ++lines; });
    index = what.chain->after.entries - lines;
  }
  bool is_first = true;
  protocol::for_each_transcript_frame(what, [&](const protocol::frame_ptr& frame, bool inbound) {
    transcript_line line{what.sequence, inbound, what.cause.when, frame, 0, {}};
    if (what.chain) {
      line.index = ++index;
      if (std::exchange(is_first, false))
        line.before = what.chain->before;
    }
    visit(std::move(line));
  });
}

} // namespace mpac::store
