// A decision while it is being made: the one place where the coordinator's messages are stamped (SPEC 11.4, 12.7).
#pragma once

#include "protocol/decision.hpp"
#include "protocol/refusal.hpp"
#include "protocol/session.hpp"

#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace mpac::protocol::rules {

/// Collects what follows from one cause. Reads the session, never changes it. Coordinator-authored frames are numbered
/// by the session's clock as they are told, so their order is the order of their Lamport values.
class draft {
public:
  draft(const session& facts, cause why);

  [[nodiscard]] const session& facts() const noexcept { return facts_; }
  [[nodiscard]] const session_policy& policy() const noexcept { return facts_.policy(); }
  [[nodiscard]] base::instant now() const noexcept { return out_.cause.when; }
  [[nodiscard]] const cause& why() const noexcept { return out_.cause; }
  [[nodiscard]] std::uint64_t lamport() const noexcept { return clock_.value(); }

  /// What has been noted so far.
  [[nodiscard]] const std::vector<event>& noted() const noexcept { return out_.events; }

  /// Adds an event.
  void note(event e);

  /// What is passed on of a frame of which a part would be cut or added to: in the verified profile the frame itself,
  /// for its sender's signature covers all of it (SPEC 23.1.3).
  template <class Altered>
  [[nodiscard]] frame_ptr relayable(const frame_ptr& frame, Altered&& altered) const {
    return policy().security_profile == security_profile::verified ? frame : std::forward<Altered>(altered)(frame);
  }

  /// Passes a participant's own frame on, to whom session.routing.relay says.
  void relay(frame_ptr frame);
  /// The same for a message that has waited: its author is not whose message is being decided on.
  void relay(frame_ptr frame, const principal_id& author);

  /// Passes a participant's own frame on to those whom it concerns, whatever session.routing.relay says.
  void forward(audience to, frame_ptr frame);

  /// Says something as the coordinator. `extensions` is the envelope's.
  void tell(audience to, message_body body, std::optional<json_text> extensions = {});

  /// Sends a frame that is no protocol message: the workspace sideband.
  void send(audience to, frame_ptr frame);

  /// Puts a question before a conflict.
  void consult(deliberation question);

  /// A Lamport value of the coordinator's that somebody has heard (SPEC 12.7): what is told from now on is above it,
  /// if it is one that could have been reached. Say it before telling anything.
  void witness(std::uint64_t lamport);

  /// Asks for what somebody has missed, up to this decision. It is told behind what has been told so far.
  void ask_for(replay_request missed);
  /// Nothing came of the message, though what says so is a message of its own (OP_REJECT) and not PROTOCOL_ERROR.
  void came_to_nothing() noexcept { out_.cause.outcome = "refused"; }

  /// Takes everything back and says why, to whom the message came from alone.
  void refuse(const refusal& why, seat_number seat, std::optional<json_text> extensions = {});

  /// Whether an intent has ended in this very decision.
  [[nodiscard]] bool is_ending(const intent_id& id) const;
  /// Whether it is over for good: ended in this decision, or before, or never known.
  [[nodiscard]] bool is_over(const intent_id& id) const;

  /// The same of an operation: COMMITTED is no end (SPEC 17.9), nor is being forgotten.
  [[nodiscard]] bool is_over(const op_id& id) const;
  /// The operations that end in this very decision, as far as it has been made.
  [[nodiscard]] const std::vector<op_id>& ending_operations() const noexcept { return ending_operations_; }

  /// Whether a conflict is settled in this very decision.
  [[nodiscard]] bool is_settling(const conflict_id& id) const;
  [[nodiscard]] bool settles_conflicts() const noexcept { return !settling_.empty(); }

  /// Whether a pending operation has been settled in this very decision.
  [[nodiscard]] bool is_settling(const op_id& id) const;
  /// Whether an operation has been authorised in this very decision.
  [[nodiscard]] bool is_authorised(const op_id& id) const;

  /// Whether a claim is decided in this very decision.
  [[nodiscard]] bool is_deciding(const claim_id& id) const;

  /// Whether a deferral has not ended in this decision yet; from now on it has.
  [[nodiscard]] bool end_deferral(const principal_id& who, const deferral_id& id);

  /// An identifier no other message, conflict or resolution of this session has: made of the clock, so that replaying
  /// the same messages makes the same ids.
  [[nodiscard]] std::string fresh_id(std::string_view kind);

  [[nodiscard]] decision seal() &&;

private:
  const session& facts_;
  lamport_clock clock_;
  lamport_clock received_; // the clock before anything was told, for refuse
  std::uint32_t ids_ = 0;
  decision out_;
  // What ends in this decision: it may be asked for as often as there are intents.
  std::unordered_set<intent_id> ending_;
  std::unordered_set<conflict_id> settling_;
  std::unordered_set<op_id> settled_, authorised_;
  std::unordered_set<claim_id> deciding_;
  std::set<live_deferrals::key> ended_deferrals_;
  std::unordered_set<op_id> ended_operations_;
  std::vector<op_id> ending_operations_; // the same, in order
};

/// Texts made of what a client sent are cut to this many bytes: no frame of ours may exceed what existing clients take.
inline constexpr std::size_t longest_description = 4096;

/// A cause that is no message.
[[nodiscard]] inline cause cause_at(base::instant now, std::string_view outcome) {
  cause why;
  why.outcome = outcome;
  why.when = now;
  return why;
}

/// The reason of a refusal written in one line.
[[nodiscard]] inline refusal no(error_code code, std::string description, const message_id& about) {
  return {code, std::move(description), about};
}

} // namespace mpac::protocol::rules
