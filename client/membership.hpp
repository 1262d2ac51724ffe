// One participant's side of the protocol: what it says, what it makes of what it hears, and when it has to act.
#pragma once

#include "client/coordinator_fence.hpp"
#include "client/coordinator_watch.hpp"
#include "client/event.hpp"
#include "client/open_requests.hpp"
#include "client/options.hpp"
#include "client/refused_scopes.hpp"
#include "client/session_view.hpp"
#include "client/trusted_keys.hpp"
#include "protocol/lamport_clock.hpp"
#include "protocol/wire/decoder.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mpac::client {

/// What follows from one input, in order.
struct step {
  std::vector<event> events;
  std::vector<completion> done;
  std::vector<std::string> say;         ///< frames to send
  bool has_to_reconnect = false;        ///< the connection is of no more use: close it, and make another
  std::optional<ended::reason> is_over; ///< there is nothing to come back to
};

/// Pure: without socket, thread, clock or chance of its own; the same inputs make the same steps (but for signatures).
/// Outlives its connections: the Lamport clock, the instance id and what is asked go on from one to the next.
class membership {
public:
  /// `instance` is new for each process (SPEC 11.4), and begins the ids of its messages. The error is about
  /// `how.trust`.
  [[nodiscard]] static base::result<membership, std::string> of(const options& how, protocol::instance_id instance);

  // Connections

  /// The first words on a new connection.
  [[nodiscard]] step say_hello(base::instant now);
  /// Under which id the answer to HELLO comes.
  [[nodiscard]] const protocol::message_id& hello_id() const noexcept { return hello_; }
  [[nodiscard]] step hear(std::string_view text, base::instant now);
  /// `too_large`: the coordinator's reason, where it closed because a message was larger than it takes.
  [[nodiscard]] step connection_lost(base::instant now, const std::optional<std::string>& too_large = {});
  /// SESSION_INFO has come on this connection.
  [[nodiscard]] bool is_joined() const noexcept {
    return standing_ == standing::joined || standing_ == standing::missing;
  }
  /// And all that was missed has been told.
  [[nodiscard]] bool has_caught_up() const noexcept { return standing_ == standing::joined; }
  /// The end, from here: everything that is open ends with `as`.
  [[nodiscard]] step leave(ended::reason why, const std::string& what, obstacle as = obstacle::session_over);

  // Requests

  /// A message to send, answered later under the id that comes back; `step::say` has its text. The error: it is not
  /// sent, and why. `due`: when an answer has to be there.
  [[nodiscard]] base::result<protocol::message_id, request_error>
  ask(protocol::message_body body, base::instant now, base::instant due, step& into,
      std::optional<protocol::json_text> extensions = {});
  /// The same of the sideband.
  [[nodiscard]] base::result<protocol::message_id, request_error> ask(const protocol::sideband_request& request,
                                                                      base::instant due, step& into);
  /// Announces although a resolution has refused the scope a moment ago.
  [[nodiscard]] base::result<protocol::message_id, request_error>
  insist(protocol::intent_announce body, base::instant now, base::instant due, step& into);
  /// What heartbeats say from now on.
  void set_heartbeat(protocol::heartbeat now) { heartbeat_ = std::move(now); }
  /// What is said from now on is signed with this key (SPEC 23.1.6).
  void sign_with(security::signing_key key) {
    keys_.learn_own(who_.principal_id, key.verifying());
    signs_ = std::move(key);
  }

  // Time

  /// When `look` should be called next.
  [[nodiscard]] base::instant next_look() const noexcept;
  [[nodiscard]] step look(base::instant now);

  [[nodiscard]] const session_view& view() const noexcept { return view_; }
  [[nodiscard]] const protocol::instance_id& instance() const noexcept { return instance_; }
  [[nodiscard]] std::uint64_t lamport() const noexcept { return clock_.value(); }
  /// The highest value heard from the coordinator: what a judgement rests on (SPEC 12.5).
  [[nodiscard]] std::uint64_t coordinator_lamport() const noexcept { return fence_.lamport(); }
  [[nodiscard]] bool hears_coordinator() const noexcept { return is_joined() && !watch_.is_silent(); }

private:
  enum class standing : std::uint8_t { away, greeting, joined, missing };
  using verdict = coordinator_fence::verdict;

  membership(const options& how, protocol::instance_id instance, trusted_keys keys);

  // membership_writing.cpp
  [[nodiscard]] protocol::envelope envelope_of(protocol::message_body body, base::instant now);
  [[nodiscard]] base::result<std::string, std::string> write(const protocol::envelope& said) const;
  void say(protocol::message_body body, base::instant now, step& into,
           std::optional<protocol::json_text> extensions = {});
  [[nodiscard]] std::optional<request_error> objection_to(const protocol::message_body& body, base::instant now) const;
  [[nodiscard]] std::optional<request_error> held_by_others(const protocol::message_body& body) const;
  [[nodiscard]] protocol::json_text missed_json() const;
  [[nodiscard]] base::result<protocol::message_id, request_error> send(protocol::message_body body, base::instant now,
                                                                       base::instant due, step& into,
                                                                       std::optional<protocol::json_text> extensions);

  // membership_hearing.cpp
  void hear(const protocol::envelope& said, std::string_view text, base::instant now, step& into);
  void hear_sideband(const protocol::outbound& said, base::instant now, step& into);
  [[nodiscard]] bool is_signed(const protocol::envelope& said, verdict by, std::string_view text, base::instant now,
                               step& into);
  [[nodiscard]] bool is_repeated(const protocol::envelope& said);
  void begin(const protocol::session_info& info, const protocol::envelope& said, base::instant now, step& into);
  void hear_status(const protocol::envelope& said, base::instant now, step& into);
  void hear_error(const protocol::envelope& said, base::instant now, step& into);
  void end_of_missed(std::size_t frames, bool is_complete, base::instant now, step& into);
  void mind_backoff(const protocol::envelope& said, base::instant now);
  void mind_own(const protocol::message_body& said, base::instant now);
  void settle(const step& made, base::instant now);
  void mind_escalation(const protocol::envelope& said, step& into);
  void mind_claim(const protocol::envelope& said, const origin& from, base::instant now);
  /// An accepted message may be passed on, or not; what is sent behind it is answered all the same.
  [[nodiscard]] bool success_may_be_silent() const noexcept { return !is_echoed_ || !understands_extensions_; }
  void mind_handover(verdict by, base::instant now, step& into);
  void look_for_gap(const protocol::envelope& said, base::instant now, step& into);
  void tell(event what, base::instant now, step& into);
  void move_on_to(const protocol::message_id& said);
  void ask_for_summary(step& into);

  identity who_;
  protocol::session_id session_;
  std::string version_;
  std::function<std::optional<protocol::credential>()> credential_;
  base::duration connect_timeout_;
  bool is_echoed_, begins_with_summary_;
  protocol::instance_id instance_;
  std::optional<security::signing_key> signs_;
  trusted_keys keys_;

  protocol::lamport_clock clock_;
  std::uint64_t messages_ = 0, sideband_ = 0;
  std::unique_ptr<protocol::decoder> decoder_ = std::make_unique<protocol::decoder>();
  coordinator_fence fence_;
  coordinator_watch watch_;
  open_requests open_;
  refused_scopes refused_;
  session_view view_;
  protocol::heartbeat heartbeat_{protocol::participant_status::idle, {}, {}, {}, {}};

  standing standing_ = standing::away;
  bool was_joined_ = false;
  bool understands_extensions_ = false; ///< the coordinator says what it answers, so it is none of the early ones
  bool has_heard_itself_ = false;       ///< one's own messages come back
  bool is_gap_open_ = false;            ///< frames are missing, and have been asked for
  bool is_summary_unasked_ = false;     ///< the next one answers no question
  bool is_summary_the_end_ = false;     ///< of what was missed: older frames are no longer kept
  protocol::message_id hello_, gap_asked_by_;
  /// What was said of one's intents and is not answered yet.
  std::map<protocol::message_id, protocol::message_body> unsettled_;
  std::size_t missed_ = 0;                                        ///< how many have been told since HELLO
  base::instant missed_due_ = base::never;                        ///< when more of it, or its end, has to be there
  std::map<protocol::claim_id, protocol::intent_claim> claiming_; ///< where the claim itself is not passed on
  /// Everything up to here has been heard, and nothing in between is missing: what is missed is asked for from here.
  struct place {
    protocol::message_id message;
    std::uint64_t epoch = 0, lamport = 0; ///< of the coordinator
  } heard_up_to_;

  // Frames of before a connection broke may come again.
  static constexpr std::size_t remembered = 1024;
  std::unordered_set<protocol::message_id> heard_;
  std::deque<protocol::message_id> heard_in_order_;
};

} // namespace mpac::client
