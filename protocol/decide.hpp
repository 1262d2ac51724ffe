// What follows from what comes in: the rules of the specification, chapter by chapter, behind one door (SPEC 7.7).
#pragma once

#include "base/result.hpp"
#include "protocol/admission.hpp"
#include "protocol/conflict.hpp"
#include "protocol/decision.hpp"
#include "protocol/replay.hpp"
#include "protocol/session.hpp"
#include "protocol/sideband.hpp"

#include <optional>

namespace mpac::protocol {

// Every `decide` reads the session and returns the next decision, sequence number included; the caller absorbs it
// before deciding again. Pure: same session, same input, same decision.

/// A participant's message.
[[nodiscard]] decision decide(const session& facts, const admitted& message);

/// What a conflict has ruled on a message that an earlier decision put before it.
[[nodiscard]] decision decide(const session& facts, const ruling& what, base::instant now);

/// A request of the workspace sideband, from a participant or, where policy allows, from a connection without HELLO.
[[nodiscard]] decision decide(const session& facts, const sideband_request& request,
                              const std::optional<principal_id>& who, seat_number seat, base::instant now);

/// A message that could not be admitted: the sender is told why.
[[nodiscard]] decision decide(const session& facts, const refusal& why, seat_number seat, base::instant now);

/// A connection is gone without GOODBYE.
[[nodiscard]] decision decide_vacated(const session& facts, const principal_id& who, seat_number seat,
                                      base::instant now);

/// A sign of life that was no message (a pong).
[[nodiscard]] decision decide_alive(const session& facts, const principal_id& who, base::instant now);

/// What somebody had missed has been looked up, and told to the connection that asked (SPEC 12.8): says so, or what is
/// no longer kept.
[[nodiscard]] decision decide_replayed(const session& facts, const replay_request& asked, const replay& found,
                                       base::instant now);

/// Whatever is due by `now`; nothing when nothing is. Call again until it returns nothing.
[[nodiscard]] std::optional<decision> decide_due(const session& facts, base::instant now);

/// When `decide_due` will have something to say; `base::never` if nothing is pending.
[[nodiscard]] base::instant next_deadline(const session& facts);

/// What a participant says about a claim by another way than its connection (O-069): the admin API's side of the
/// HEARTBEAT extension. Refused where its granted roles or the state of the claim don't allow it; nothing changes then.
[[nodiscard]] base::result<decision, refusal> decide_claim(const session& facts, const claim_answer& said,
                                                           const principal_id& by, base::instant now);

/// Ends the session (SPEC 9.6.1), and with it the intents that live: at once, or each at its own time (SPEC 14.5).
[[nodiscard]] decision decide_close(const session& facts, close_reason reason, close_disposition intents,
                                    base::instant now);

/// The coordinator has come back: a new epoch begins, and nobody is connected (SPEC 8.1.1.3). Before anything else of
/// this life.
[[nodiscard]] decision decide_recovered(const session& facts, base::instant now);

/// A refusal while nothing can be kept: no decision, for it changes nothing, not even the clock, so it bears no Lamport
/// value. `number` tells those of one moment apart.
[[nodiscard]] frame_ptr say_unkept(const session& facts, const refusal& why, std::uint64_t number, base::instant now);

/// Takes over another policy while running.
[[nodiscard]] decision decide_policy(const session& facts, shared_policy policy, const session_limits& limits,
                                     base::instant now);

} // namespace mpac::protocol
