// A decision: all that follows from one message, one ruling or one deadline, with its place in the session's one order
// (SPEC 7.7). Made by `decide`, absorbed at once, kept by the journal, and only then told.
#pragma once

#include "base/clock.hpp"
#include "protocol/envelope.hpp"
#include "protocol/event.hpp"
#include "protocol/log_chain.hpp"
#include "protocol/roster.hpp"
#include "protocol/wire/frame.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mpac::protocol {

/// Who hears a notice.
struct audience {
  enum class reach {
    everyone,     ///< all who have a seat
    everyone_but, ///< all but `people`
    people,       ///< those of `people` who have a seat
    seat,         ///< one connection, whether anybody sits there or not
  };
  reach to = reach::everyone;
  std::vector<principal_id> people;
  seat_number seat = 0;

  static audience all() { return {}; }
  static audience all_but(principal_id who) { return {reach::everyone_but, {std::move(who)}, 0}; }
  static audience only(std::vector<principal_id> who) { return {reach::people, std::move(who), 0}; }
  static audience at(seat_number seat) { return {reach::seat, {}, seat}; }
};

/// Whose words a frame holds: what a transcript asks.
enum class voice {
  participant, ///< a message passed on
  coordinator, ///< a message of the hub's own
  sideband,    ///< no message of the protocol
};

/// One frame on its way out. Frames of one decision leave in this order.
struct notice {
  audience to;
  frame_ptr frame;
  voice whose = voice::coordinator;
  std::uint64_t lamport = 0; ///< the coordinator's clock when it was told
};

/// What brought a decision about, and what it did to the clock (SPEC 12.7).
struct cause {
  std::string_view outcome;         ///< "accepted", "refused", or the deadline's name; for metrics, static text
  std::optional<message_kind> kind; ///< the message, if there was one
  std::optional<error_code> error;  ///< of a refusal
  std::optional<principal_id> who;  ///< whose message it was
  bool from_its_seat = false;       ///< it came on the connection `who` listens on, so it is a sign of life
  message_id message;
  std::uint64_t sender_lamport = 0; ///< what it carried
  base::instant when{};             ///< the coordinator's own clock
  frame_ptr inbound;                ///< as it came, for the transcript; HELLO comes with its credential redacted
};

/// What a conflict actor is asked (see protocol/conflict.hpp); defined there.
struct deliberation;
/// What a participant asks to hear again (see protocol/replay.hpp); defined there.
struct replay_request;

/// One step of a session.
struct decision {
  std::uint64_t sequence = 0; ///< 1, 2, 3 ... without gaps within a session
  protocol::cause cause;
  std::vector<event> events;
  std::vector<notice> notices;
  std::uint64_t lamport_after = 0;                                ///< the session's clock once absorbed
  std::vector<std::shared_ptr<const deliberation>> consultations; ///< to put before the conflicts concerned
  /// To be looked up, and told behind as many notices as it says: what its seat is told later waits for it.
  std::shared_ptr<const replay_request> replay;
  /// Its place in the tamper-evident log (SPEC 23.1.3): of sessions that keep one, where it has frames for it.
  std::optional<chain_step> chain;
};

/// Visits the frames that belong to the transcript of the session (SPEC 9.6.3), in the order in which they are chained:
/// the message that brought the decision about, and all that the coordinator said. What was merely passed on is there
/// already. `visit` takes the frame, and whether it came in.
template <class Visit>
void for_each_transcript_frame(const decision& what, Visit&& visit) {
  if (what.cause.inbound)
    visit(what.cause.inbound, true);
  for (const auto& notice : what.notices)
    if (notice.whose == voice::coordinator)
      visit(notice.frame, false);
}

} // namespace mpac::protocol
