#include "tests/simulation/invariants.hpp"

#include <algorithm>

namespace mpac::tests {

using namespace mpac::protocol;

std::vector<std::uint64_t> follow_clock(const absorbed& seen, decoder& reader) {
  auto& session = seen.session;
  const auto& made = seen.decision;
  auto& amiss = seen.amiss;
  std::vector<std::uint64_t> values;
  values.reserve(made.notices.size());
  const auto report = [&](const std::string& what) { // only now in words: it is asked at every decision
    amiss.report("decision " + std::to_string(made.sequence) + " of " + session.id.str() + ": " + what);
  };
  if (made.sequence != session.sequence + 1)
    report("the one before was " + std::to_string(session.sequence));
  session.sequence = made.sequence;
  for (const auto& e : made.events)
    if (const auto* recovered = std::get_if<coordinator_recovered>(&e)) {
      if (recovered->epoch <= session.epoch)
        report("SPEC 8.1.1.3: epoch " + std::to_string(recovered->epoch) + " follows " + std::to_string(session.epoch));
      session.epoch = recovered->epoch;
      session.recovered_at = recovered->when;
    }
  const auto before = session.lamport;
  auto latest = before;
  for (const auto& notice : made.notices) {
    values.push_back(0);
    if (notice.whose != voice::coordinator)
      continue;
    const auto read = reader.decode(notice.frame, strictness::strict);
    const auto* said = read ? std::get_if<envelope>(&*read) : nullptr;
    if (!said) {
      report("the hub says what nobody can read: " + std::string(notice.frame->payload()));
      continue;
    }
    const auto value = said->watermark ? lamport_of(*said->watermark).value_or(0) : 0;
    if (value <= latest)
      report("SPEC 12.7: the coordinator's Lamport value " + std::to_string(value) + " follows " +
             std::to_string(latest));
    if (said->session_id != session.id)
      report("a frame of session " + said->session_id.str());
    if (const auto epoch = static_cast<std::uint64_t>(said->coordinator_epoch.value_or(0)); session.epoch == 0)
      session.epoch = epoch; // it begins
    else if (epoch != session.epoch)
      report("SPEC 8.1.1.3: it speaks in epoch " + std::to_string(epoch) + ", which is " +
             std::to_string(session.epoch));
    if (const auto* verdict = std::get_if<resolution>(&said->body)) { // 18.4: said once, when it is so
      const auto ends = [&](const event& e) {
        const auto* ended = std::get_if<conflict_ended>(&e);
        return ended && ended->conflict_id == verdict->conflict_id;
      };
      if (std::none_of(made.events.begin(), made.events.end(), ends))
        report("it tells the settlement of " + verdict->conflict_id.str() + ", which it does not settle");
    }
    latest = std::max(latest, value);
    values.back() = value;
  }
  // Rule 3: one above both clocks, where a message came in; a value that is refused may not move it as far.
  const auto received = made.cause.error ? 0 : made.cause.sender_lamport;
  const bool came_in = made.cause.kind.has_value();
  if (made.lamport_after < latest || (came_in && made.lamport_after <= std::max(before, received)))
    report("SPEC 12.7: the clock stands at " + std::to_string(made.lamport_after) + " after " + std::to_string(before) +
           ", having sent " + std::to_string(latest) + " and received " + std::to_string(received));
  session.lamport = made.lamport_after;
  return values;
}

} // namespace mpac::tests
