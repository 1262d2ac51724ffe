// What those who come back after the coordinator did are told (SPEC 7.7, 8.1.1.3).
#include "protocol/rules/presence.hpp"

namespace mpac::protocol::rules {

void tell_of_recovery(const participant_record& known, const incoming& from, draft& out) {
  if (known.epoch < out.facts().origin().epoch)
    out.tell(audience::at(from.seat), status_of(coordinator_event::recovered, out));
}

} // namespace mpac::protocol::rules
