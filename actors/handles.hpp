// The interfaces of the actors, as types: reading an alias is reading the contract.
#pragma once

#include "actors/mail.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mpac::actors {

// Mail that holds handles; defined below.
struct attach;
struct seated_at;
struct keep;
struct park;
struct open_session;
struct create_session;
struct created;
struct list_sessions;
struct session_list;
struct read_missed;
struct look_up_kept;
struct watch_store;

/// One for each connection: admission, and the way to its session.
using participant_actor =
    caf::typed_actor<caf::reacts_to<letters>, caf::reacts_to<pulse>, caf::reacts_to<line_gone>,
                     caf::reacts_to<seated_at>, caf::reacts_to<new_terms>, caf::reacts_to<hello_judged>,
                     caf::reacts_to<credential_judged>, caf::reacts_to<key_judged>, caf::reacts_to<credential_check>,
                     caf::reacts_to<heard_again>, caf::reacts_to<said_goodbye>, caf::reacts_to<unseated>>;

/// One for each session: decide, absorb, ask the journal, tell when kept.
using session_actor =
    caf::typed_actor<caf::reacts_to<attach>, caf::reacts_to<vacated>, caf::reacts_to<arrivals>, caf::reacts_to<lives>,
                     caf::reacts_to<told>, caf::reacts_to<hand_over>, caf::reacts_to<tick>,
                     caf::reacts_to<close_session>, caf::reacts_to<stop_session>, caf::reacts_to<replace_policy>,
                     caf::reacts_to<retire>, caf::reacts_to<inspect>, caf::reacts_to<missed_found>,
                     caf::reacts_to<settle_claim>, caf::reacts_to<store_state>, caf::reacts_to<kept_facts>>;

/// One for each open conflict: the deliberation.
using conflict_actor = caf::typed_actor<caf::replies_to<consider>::with<ruled>, caf::reacts_to<dissolve>>;

/// One for the house: group commit for all sessions.
using journal_actor = caf::typed_actor<
    caf::reacts_to<keep>, caf::reacts_to<commit_batch>, caf::reacts_to<sync_store>, caf::reacts_to<tidy_store>,
    caf::reacts_to<park>, caf::replies_to<load_session>::with<loaded>, caf::replies_to<found_session>::with<bool>,
    caf::reacts_to<look_up_kept>, caf::reacts_to<read_transcript>, caf::reacts_to<read_missed>,
    caf::replies_to<list_kept>::with<kept_list>, caf::replies_to<list_sleepers>::with<sleeper_list>,
    caf::reacts_to<back_up_store>, caf::reacts_to<watch_store>, caf::replies_to<close_journal>::with<bool>>;

/// One for the house: finds or makes the session of an id, and supervises them all.
using registry_actor =
    caf::typed_actor<caf::reacts_to<open_session>, caf::replies_to<create_session>::with<created>,
                     caf::replies_to<list_sessions>::with<session_list>,
                     // the session of an id, loaded if need be; null where there is none
                     caf::replies_to<protocol::session_id>::with<session_actor>, caf::reacts_to<is_idle>,
                     caf::reacts_to<stays>, caf::reacts_to<is_parked>, caf::reacts_to<wake_sessions>,
                     caf::reacts_to<refresh_policies>, caf::reacts_to<store_state>,
                     // answered when every session has told its people and left
                     caf::replies_to<stop_all>::with<bool>>;

/// To a session: somebody has connected.
struct attach {
  protocol::seat_number seat = 0;
  std::shared_ptr<actors::outbox> outbox;
  participant_actor participant;
};

/// To a participant: its session, and what that asks of a connection.
struct seated_at {
  session_actor session;
  std::shared_ptr<const protocol::admission_terms> terms;
};

/// To the journal: keep these, then say so to the session.
struct keep {
  protocol::session_id session;
  std::vector<std::shared_ptr<const protocol::decision>> decisions;
  std::shared_ptr<const protocol::session_image> image; ///< the session behind them, where the journal wants it
  session_actor from;
};

/// To the journal: show a session as it is kept.
struct look_up_kept {
  protocol::session_id session;
  session_actor from;
};

/// To the journal: say to the registry when the store fails and when it is back.
struct watch_store {
  registry_actor registry;
};

/// To the journal: look up what somebody missed, then tell the session.
struct read_missed {
  protocol::session_id session;
  std::shared_ptr<const protocol::replay_request> asked;
  session_actor from;
};

/// To the journal: take over a session that leaves memory, then say so to the registry (which may be null).
struct park {
  std::shared_ptr<protocol::session> facts;
  registry_actor registry;
};

/// To the registry: a connection wants into a session.
struct open_session {
  protocol::session_id session;
  attach who;
};

/// To the registry, from the admin listener.
struct create_session {
  protocol::session_id session;
  protocol::shared_policy policy;
};
enum class creation { made, exists, full, not_kept };
struct created {
  creation how = creation::made;
};

/// One line of the list of sessions.
struct session_row {
  protocol::session_id session;
  session_actor loaded;                            ///< null: it is parked
  std::optional<protocol::session_figures> parked; ///< then this is how it was left
};
/// To the registry: sessions in memory and parked, by name, from `after` on.
struct list_sessions {
  protocol::session_id after;
  std::size_t limit = 100;
};
struct session_list {
  std::vector<session_row> rows;
};

} // namespace mpac::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::attach)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::seated_at)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::keep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::read_missed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::look_up_kept)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::watch_store)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::park)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::open_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::create_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::created)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::list_sessions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::actors::session_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::protocol::session_id)
