// What happens in a session, as its participants hear of it: typed, in the one order that all of them see (SPEC 7.7).
#pragma once

#include "base/clock.hpp"
#include "protocol/envelope.hpp"
#include "protocol/sideband.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mpac::client {

/// Who said something, and how it came here.
struct origin {
  protocol::principal_id principal;
  protocol::message_id message;
  std::string ts;                                ///< RFC 3339, by the speaker's clock
  std::optional<std::uint64_t> lamport;          ///< of its watermark
  std::optional<std::string> in_reply_to;        ///< the message that it answers
  std::optional<protocol::json_text> extensions; ///< of its envelope
  bool is_coordinator = false;                   ///< the coordinator's own words; else a message that it has passed on
  bool is_mine = false;                          ///< this participant's own message, as everybody heard it
  bool is_missed = false;                        ///< it was told while this participant was away (SPEC 12.8)
};

/// A message of the protocol, heard.
template <class Message>
struct heard {
  origin from;
  Message said;
};

/// HELLO was accepted: for the first time, or again after a connection broke.
struct joined {
  protocol::session_info info;
  std::uint64_t coordinator_epoch = 0;
  bool is_return = false;
};

/// All that was told while the connection was broken has been heard.
struct caught_up {
  std::size_t frames = 0;
  bool is_complete = true; ///< false: older frames were no longer kept; the view has been made anew from a summary
};

/// The connection broke, or could not be made. Nothing of the session has changed by that.
struct connection_lost {
  std::string why;
  std::uint32_t attempt = 0;                 ///< how often in a row it could not be made since
  std::optional<base::duration> retry_after; ///< nothing: it is given up, and `ended` follows
};

/// No COORDINATOR_STATUS for two heartbeat intervals: until the coordinator is heard again, what touches others'
/// intents is not sent (SPEC 8.1.1.1).
struct coordinator_silent {};

/// The coordinator is heard again after `coordinator_silent`.
struct coordinator_back {};

/// Something is referred to that was never told: frames are missing. They have been asked for (SPEC 12.8).
struct causal_gap {
  protocol::message_id revealed_by;
  std::string missing; ///< what it refers to
};

/// The participant is waiting for a claim to be decided (SPEC 14.7.4).
struct claim_waits {
  protocol::claim_id claim_id;
  protocol::intent_id intent_id;
  protocol::principal_id claimed_by;
  bool has_objection = false;
};

/// A frame that was heard and not believed: of a coordinator that has been replaced (SPEC 8.1.1.4), with a signature
/// that does not hold (SPEC 23.1.3), or one that can't be read.
struct frame_ignored {
  enum class reason : std::uint8_t { stale_coordinator, bad_signature, unreadable };
  reason is = reason::unreadable;
  std::string why;
};

/// So many events were dropped because nobody took them (see `options::events_kept`).
struct events_dropped {
  std::size_t count = 0;
};

/// The last event: this participant has left, was replaced by another connection of the same principal, was refused, or
/// the session is over.
struct ended {
  enum class reason : std::uint8_t { left, session_closed, replaced, refused, gave_up };
  reason is = reason::left;
  std::string why;
};

/// The messages of the protocol (SPEC 13) are alternatives of their own; what the hub adds is `unknown_message`.
using event =
    std::variant<joined, caught_up, connection_lost, coordinator_silent, coordinator_back, causal_gap, claim_waits,
                 frame_ignored, events_dropped, ended, protocol::file_updated, heard<protocol::goodbye>,
                 heard<protocol::session_close>, heard<protocol::coordinator_status>, heard<protocol::intent_announce>,
                 heard<protocol::intent_update>, heard<protocol::intent_withdraw>, heard<protocol::intent_deferred>,
                 heard<protocol::intent_claim>, heard<protocol::intent_claim_status>, heard<protocol::op_propose>,
                 heard<protocol::op_commit>, heard<protocol::op_batch_commit>, heard<protocol::op_reject>,
                 heard<protocol::op_supersede>, heard<protocol::conflict_report>, heard<protocol::conflict_ack>,
                 heard<protocol::conflict_escalate>, heard<protocol::resolution>, heard<protocol::protocol_error>,
                 heard<protocol::unknown_message>>;

/// The name of an event: of a message its type, such as `INTENT_ANNOUNCE`, else `joined`, `connection_lost` and so on.
[[nodiscard]] std::string_view name_of(const event& what) noexcept;

} // namespace mpac::client
