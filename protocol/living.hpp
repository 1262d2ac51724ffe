// Living: decide, absorb, and hand the decision on (SPEC 7.7). The one loop that actors, tests and benchmarks share.
#pragma once

#include "protocol/decide.hpp"

#include <utility>

namespace mpac::protocol {

/// Absorbs a decision and hands it on to `keep`, which takes a `decision&&`. Where `keep` has something to add to it,
/// it does so first: `complete(decision&)`.
template <class Keep>
void live(session& facts, decision made, Keep&& keep) {
  if constexpr (requires { keep.complete(made); })
    keep.complete(made);
  facts.absorb(made);
  keep(std::move(made));
}

/// A participant's message. Any message of somebody thought lost is a return first (SPEC 14.7.2).
template <class Keep>
void live(session& facts, const admitted& message, Keep&& keep) {
  const auto* who = facts.people().find(message.envelope().sender.principal_id);
  const bool says_hello = std::holds_alternative<hello>(message.envelope().body);
  if (who && !who->is_available && !who->departed && !says_hello && who->seat == message.seat())
    live(facts, decide_alive(facts, who->principal_id, message.when()), keep);
  live(facts, decide(facts, message), keep);
}

/// Everything that is due by `now`.
template <class Keep>
void live_through(session& facts, base::instant now, Keep&& keep) {
  while (auto due = decide_due(facts, now))
    live(facts, std::move(*due), keep);
}

} // namespace mpac::protocol
