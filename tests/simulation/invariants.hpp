// What holds after every step of a simulation, each in a file of its own.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/wire/decoder.hpp"
#include "tests/simulation/shadow.hpp"
#include "tests/simulation/tally.hpp"
#include "tests/simulation/violation.hpp"

namespace mpac::tests {

/// A decision that a session has just absorbed, and the session's shadow. Each check reports the first thing amiss;
/// those named `follow_…` also bring the shadow up to date, in the order they stand here.
struct absorbed {
  session_shadow& session;
  const protocol::decision& decision;
  violation& amiss;
  tally& counts;
};

/// One sequence number after the other; the coordinator's Lamport values rise strictly, and past what it received
/// (SPEC 12.7). Every frame of its own can be read and belongs to its session. Gives each notice's Lamport value.
std::vector<std::uint64_t> follow_clock(const absorbed& seen, protocol::decoder& reader);

/// Only rows of the tables (SPEC 15.6.1, 16.6.1, 17.8.1), each by an event that the decision's cause can stand for, so
/// nothing settled is settled again; nothing is committed under an intent that is suspended or over, unless flagged as
/// uncoordinated (SPEC 14.7.2, 15.7), nor where a scope is frozen (SPEC 18.6.2).
void follow_lifecycles(const absorbed& seen);

/// What the session holds is what its decisions say: as many live intents, deferrals, claims, pending operations and
/// open conflicts, in the same states, and no more of the past than the history's limit.
void check_tables(const absorbed& seen);

/// The index of scopes finds what comparing with everyone finds (SPEC 15.2.1), and every overlap is in dispute (17.2).
void check_overlaps(const absorbed& seen);

/// Whatever a decision touched is found by each of the session's indexes where comparing with everything finds it, and
/// nowhere else; their clocks ring for the first.
void check_indexes(const absorbed& seen);

/// The snapshot of SPEC 8.1.1.2 is JSON and counts what lives.
void check_snapshot(const session_shadow& session, base::instant now, violation& amiss);

/// Whatever hangs on something that is over has come to an end too, once nobody speaks and all clocks have run out.
void check_silence(const session_shadow& session, violation& amiss);

} // namespace mpac::tests
