// The messages actors exchange, each a plain struct. What differs between versions of CAF stays here and in
// handles.hpp.
#pragma once

#include "actors/outbox.hpp"
#include "actors/safeguards.hpp"
#include "protocol/admission.hpp"
#include "protocol/conflict.hpp"
#include "protocol/decide.hpp"
#include "protocol/decision.hpp"
#include "protocol/session.hpp"
#include "protocol/session_figures.hpp"
#include "security/credential_verifier.hpp"
#include "store/engine.hpp"
#include "store/journal.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mpac::actors {

// Messages never leave the process: they carry values and shared immutable objects, and CAF need not serialise them.

/// What the operator may change while the hub runs, beside the policies.
struct house_limits {
  base::duration idle_unload{}; ///< zero: sessions stay in memory
  std::size_t sessions = 0;     ///< 0 = any number
  double messages_per_sec = 0;  ///< for each connection; 0 = unlimited
  double burst = 100;
  protocol::session_limits session;
};

// --- to a participant ---

/// A message as the letter opener left it.
struct letter {
  std::variant<protocol::envelope, protocol::sideband_request, protocol::refusal> content;
  protocol::frame_ptr frame;
};
/// All that one read of the connection brought, oldest first.
struct letters {
  std::vector<letter> all;
  base::instant when{};
};
/// The peer answered a ping.
struct pulse {
  base::instant when{};
};
/// The connection has ended.
struct line_gone {};
/// The session asks something else of its connections from now on.
struct new_terms {
  std::shared_ptr<const protocol::admission_terms> terms;
};
/// The session took or refused the HELLO that it was given.
struct hello_judged {
  bool accepted = false;
  protocol::principal_id who;
  protocol::word<protocol::principal_type> type;
  protocol::instance_id instance;
  std::uint64_t lamport = 0; ///< the highest this incarnation has used
};
/// A credential has been verified, or not.
struct credential_judged {
  std::uint64_t attempt = 0; ///< the participant's number for it
  std::shared_ptr<security::credential_verdict> what;
};
/// The session took or refused the new key that it was given (SPEC 23.1.6).
struct key_judged {
  bool accepted = false;
};
/// The participant's own: the credential it joined with may have run out.
struct credential_check {};
/// The participant's own: who brings one bad credential after the other is heard again.
struct heard_again {};
/// GOODBYE was accepted.
struct said_goodbye {};
/// The seat is given up: somebody else sits there now, or the session is over.
struct unseated {};

// --- to a session ---

using arrival = std::variant<protocol::admitted, protocol::refusal, protocol::sideband_request>;

/// What a participant lets through, in the order it came.
struct arrivals {
  protocol::seat_number seat = 0;
  std::optional<protocol::principal_id> who; ///< whom the seat belongs to, for the sideband
  std::vector<arrival> all;
  base::instant when{};
  /// On the account that its credential works on, where it brings one: taken when that is accepted, and otherwise given
  /// back with the mail.
  std::shared_ptr<tenant_place> place = {};
};
/// The seat's connection is gone.
struct vacated {
  protocol::seat_number seat = 0;
};
/// The person at this seat lives.
struct lives {
  protocol::seat_number seat = 0;
  base::instant when{};
};
struct ruled {
  std::shared_ptr<const protocol::ruling> what;
};
/// The journal has kept what this session decided, up to a number.
struct told {
  std::shared_ptr<const store::kept> what;
};
/// The journal has looked up what somebody missed.
struct missed_found {
  std::shared_ptr<const protocol::replay_request> asked;
  std::shared_ptr<const protocol::replay> what;
};
/// A session as the journal has kept it, asked for while the store takes nothing new; null where it can't be read.
struct kept_facts {
  std::shared_ptr<const protocol::session> what;
};
/// The session's own: everything that arrived before is decided, hand it to the journal together.
struct hand_over {};
/// The session's own: something may be due.
struct tick {
  std::uint64_t alarm = 0;
};
struct close_session {
  protocol::close_reason reason = protocol::close_reason::manual;
  protocol::close_disposition intents = protocol::close_disposition::withdraw_all;
};
/// The operator decides on a claim, in somebody's name or, as the coordinator, in its own. `answer` is called between
/// this and the next decision, on the session's thread, with what speaks against it, if anything.
struct settle_claim {
  protocol::claim_answer said;
  std::optional<protocol::principal_id> by;
  std::function<void(const std::optional<protocol::refusal>&)> answer;
};
/// The hub stops: where `ends`, SESSION_CLOSE is sent first (nobody takes over what is only in memory).
struct stop_session {
  bool ends = true;
};
struct replace_policy {
  protocol::shared_policy policy;
  std::optional<house_limits> limits;
};
/// The registry wants the session out of memory, if nobody is connected.
struct retire {};

/// Looks at the session's facts, on its own thread and between two decisions. Only within one process.
struct inspect {
  std::function<void(const protocol::session&)> look;
  /// Called once all that `look` saw is kept, so that it may be told; dropped uncalled where that comes to nothing.
  std::function<void()> tell = {};
};

// --- to a conflict ---

struct consider {
  std::shared_ptr<const protocol::deliberation> what;
};
struct dissolve {};

// --- to the journal ---

/// The journal's own: everything that came before forms a batch.
struct commit_batch {
  bool again = false; ///< after a failure
};
/// The journal's own: what was appended is to be made durable.
struct sync_store {};
/// The journal's own: what need not be kept any more may go.
struct tidy_store {};
/// Looks at a part of a transcript, on the journal's thread: see store::engine::read_transcript.
struct read_transcript {
  protocol::session_id session;
  std::uint64_t from = 0;
  std::size_t budget = 256 * 1024; ///< bytes
  std::function<void(const store::transcript_line&)> line;
  /// Where to go on, 0 at the end; or why it can't be read.
  std::function<void(const base::result<std::uint64_t, store::fault>&)> done;
};
/// Copies the whole store.
struct back_up_store {
  std::filesystem::path to;
  std::function<void(const base::result<std::uint64_t, store::fault>&)> done; ///< its size in bytes
};
/// Asks for sessions that are kept: by name, from `after` on. Some may be in memory.
struct list_kept {
  protocol::session_id after;
  std::size_t limit = 100;
};
struct kept_list {
  std::vector<protocol::session_figures> sessions;
};
/// Asks for a session that is not in memory.
struct load_session {
  protocol::session_id session;
};
struct loaded {
  std::shared_ptr<protocol::session> facts; ///< null: there is none, or it can't be read
  bool was_interrupted = false;             ///< see store::stored_session
  std::optional<store::fault> fault;
};
/// Keeps a session that has decided nothing yet; answered with whether it is kept.
struct found_session {
  std::shared_ptr<const protocol::session_image> image;
};
/// Asks who has to be waked when the hub begins.
struct list_sleepers {};
struct sleeper_list {
  std::vector<store::sleeper> all;
};
/// Keeps all there is, and then is done for; answered with whether everything is kept.
struct close_journal {};

// --- to the registry ---

/// Whether the store takes what is decided; from the journal to the registry, and from there to all sessions.
struct store_state {
  bool answers = true;
};
/// A session has had nobody connected for as long as the configuration allows, or was left before anybody entered it.
struct is_idle {
  protocol::session_id session;
};
/// It was asked to leave, but somebody has come.
struct stays {
  protocol::session_id session;
};
/// It has left memory; the journal has it.
struct is_parked {
  protocol::session_id session;
  base::instant wake_at = base::never; ///< when it has something to do by itself
  bool is_over = false;                ///< it is closed: the journal drops it one day
};
/// The registry's own: a session that sleeps may have something to do.
struct wake_sessions {};
/// Stops all sessions; `ends` as in stop_session.
struct stop_all {
  bool ends = true;
};
/// New policies for sessions that run.
struct refresh_policies {
  std::function<protocol::shared_policy(const protocol::session_id&)> policy_of;
  std::optional<house_limits> limits;
};

} // namespace mpac::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::letters)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::pulse)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::line_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::new_terms)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::hello_judged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::credential_judged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::credential_check)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::key_judged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::heard_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::said_goodbye)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::unseated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::arrivals)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::vacated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::lives)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::ruled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::missed_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::hand_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::close_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::settle_claim)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::stop_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::replace_policy)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::retire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::inspect)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::consider)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::dissolve)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::commit_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::read_transcript)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::sync_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::tidy_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::back_up_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::list_kept)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::kept_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::load_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::found_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::list_sleepers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::sleeper_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::close_journal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::kept_facts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::store_state)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::is_idle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::stays)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::is_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::wake_sessions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::stop_all)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::refresh_policies)
