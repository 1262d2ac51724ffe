// The facts of one session (SPEC 9), and `absorb`: the only function that changes them.
#pragma once

#include "protocol/announce_backoffs.hpp"
#include "protocol/contested_operations.hpp"
#include "protocol/decision.hpp"
#include "protocol/event.hpp"
#include "protocol/frozen_scopes.hpp"
#include "protocol/history.hpp"
#include "protocol/lamport_clock.hpp"
#include "protocol/live_deferrals.hpp"
#include "protocol/live_intents.hpp"
#include "protocol/log_chain.hpp"
#include "protocol/made_on_use.hpp"
#include "protocol/open_conflicts.hpp"
#include "protocol/pending_claims.hpp"
#include "protocol/pending_operations.hpp"
#include "protocol/policy.hpp"
#include "protocol/recent_messages.hpp"
#include "protocol/roster.hpp"
#include "protocol/session_totals.hpp"
#include "protocol/silence_watch.hpp"
#include "protocol/workspace/file_table.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace mpac::protocol {

/// How many ended intents, settled operations and settled conflicts a session remembers by name. What is older is
/// forgotten: its id may then be used anew, and it counts in the summary only. What an open conflict is about stays:
/// who settles it has to know what it was (SPEC 18.4, 18.6.2.1).
inline constexpr std::size_t history_limit = 256;

/// The same of participants: how many of those who are gone it remembers, beside those whose intents still live.
inline constexpr std::size_t remembered_participants = 256;

/// The same of keys that were replaced by others.
inline constexpr std::size_t remembered_keys = 1024;

struct session_image;

/// How a session begins.
struct session_origin {
  session_id id;
  shared_policy policy = default_policy();
  session_limits limits;
  file_table files;          ///< the workspace it starts with
  std::string workspace_dir; ///< where that came from, for SESSION_SUMMARY; empty = nowhere
  base::instant created_at{};
  std::uint64_t epoch = 1; ///< coordinator_epoch (SPEC 8.1.1.2)
  /// With `[session] id` set every path leads here, and foreign session ids in envelopes are tolerated, but in the
  /// verified profile.
  bool answers_to_any_id = false;
  /// The operator made it with a policy of its own, which the configuration does not change.
  bool has_own_policy = false;
};

/// Everything the coordinator knows of one session. Read by `decide`, changed by `absorb` alone. Movable; for one
/// thread at a time.
class session {
public:
  explicit session(session_origin origin);
  /// A session as it was when `image` was taken of it. Throws std::invalid_argument where the image contradicts itself
  /// (two records of one id, say): it was no session's.
  explicit session(session_image image);

  /// All its facts, as values. Costs as much as they are large.
  [[nodiscard]] session_image image() const;

  /// Applies one decision: its clock, its sequence number and its events in order. Deterministic: the same decisions
  /// absorbed by a session of the same origin lead to the same facts.
  void absorb(const decision& what);

  // Who we are.
  [[nodiscard]] const session_origin& origin() const noexcept { return origin_; }
  [[nodiscard]] const session_policy& policy() const noexcept { return *policy_; }
  [[nodiscard]] const shared_policy& policy_ptr() const noexcept { return policy_; }
  /// `service:coordinator-<session id>`, the name existing clients know (SPEC 8.1).
  [[nodiscard]] const principal_id& coordinator() const noexcept { return coordinator_; }
  [[nodiscard]] const instance_id& coordinator_instance() const noexcept { return coordinator_instance_; }
  [[nodiscard]] std::uint64_t lamport() const noexcept { return clock_.value(); }
  [[nodiscard]] const lamport_clock& clock() const noexcept { return clock_; }
  [[nodiscard]] std::uint64_t sequence() const noexcept { return sequence_; }

  // The facts.
  using ended_intents = history<intent_id, intent_record, history_limit>;
  using decided_claims = history<claim_id, claim_record, history_limit>;
  using settled_operations = history<op_id, operation_record, history_limit>;
  using known_batches = history<op_id, principal_id, history_limit>;
  using settled_conflicts = history<conflict_id, conflict_record, history_limit>;
  [[nodiscard]] const roster& people() const noexcept { return people_; }
  /// Whether somebody is unavailable whose intents live (O-020).
  [[nodiscard]] bool somebody_is_missed() const noexcept { return missed_ != 0; }
  [[nodiscard]] const live_intents& intents() const noexcept { return *intents_; }
  [[nodiscard]] const ended_intents& past_intents() const noexcept { return past_intents_; }
  [[nodiscard]] const announce_backoffs& backoffs() const noexcept { return backoffs_; }
  [[nodiscard]] const live_deferrals& deferrals() const noexcept { return *deferrals_; }
  [[nodiscard]] const pending_claims& claims() const noexcept { return *claims_; }
  [[nodiscard]] const decided_claims& past_claims() const noexcept { return past_claims_; }
  [[nodiscard]] const pending_operations& proposals() const noexcept { return *proposals_; }
  [[nodiscard]] const settled_operations& past_operations() const noexcept { return past_operations_; }
  /// An operation, pending or remembered; null if there is none of this id.
  [[nodiscard]] const operation_record* operation(const op_id& id) const;
  /// How often an operation has been registered; orders them.
  [[nodiscard]] std::uint64_t operations_registered() const noexcept {
    return static_cast<std::uint64_t>(totals_.operations);
  }
  /// COMMITTED operations that wait for what undoes them (O-031).
  [[nodiscard]] const contested_operations& contested() const noexcept { return contested_; }
  /// Who sent a batch (SPEC 16.8): its id is taken as an operation's is.
  [[nodiscard]] const known_batches& batches() const noexcept { return batches_; }
  [[nodiscard]] const open_conflicts& conflicts() const noexcept { return *conflicts_; }
  [[nodiscard]] const settled_conflicts& past_conflicts() const noexcept { return past_conflicts_; }
  [[nodiscard]] const frozen_scopes& frozen() const noexcept { return *frozen_; }
  /// How often a conflict has been registered; orders them.
  [[nodiscard]] std::uint64_t conflicts_registered() const noexcept {
    return static_cast<std::uint64_t>(totals_.conflicts);
  }
  /// The registry that resolves scopes to canonical URIs (SPEC 15.2.3); null without one. It holds for the session's
  /// whole life: indexes rest on it.
  [[nodiscard]] const resource_registry* registry() const noexcept { return registry_.get(); }
  [[nodiscard]] const file_table& files() const noexcept { return files_; }
  /// The state a target is in, if anybody has said so: of a workspace file its content's, else the last commit's.
  /// However it is spelled: `./a.py` is `a.py` (SPEC 15.2.1.1).
  [[nodiscard]] const std::string* target_ref(const std::string& target) const;
  [[nodiscard]] const std::unordered_map<std::string, std::string>& target_refs() const noexcept { return targets_; }
  [[nodiscard]] const session_totals& totals() const noexcept { return totals_; }
  [[nodiscard]] base::instant next_status() const noexcept { return next_status_; }
  /// When to look whether somebody has been silent for too long, and at whom.
  [[nodiscard]] const silence_watch& watch() const noexcept { return watch_; }
  /// Since when somebody's silence is a loss (SPEC 14.7.1); `base::never` where it means nothing: of who has left, is
  /// lost already, or said `offline` (SPEC 14.3).
  [[nodiscard]] base::instant silent_at(const participant_record& who) const;
  [[nodiscard]] std::optional<close_reason> ended() const noexcept { return ended_; }
  /// The state of a live intent at a moment. In a session that has ended nothing happens any more: what was left to run
  /// out is looked at when it is read (SPEC 14.5 `expire_all`, O-065).
  [[nodiscard]] intent_state state_of(const intent_record& intent, base::instant now) const noexcept {
    return ended_ && !is_terminal(intent.state) && intent.expires_at <= now ? intent_state::expired : intent.state;
  }
  /// Since when nothing is going on (SPEC 9.6.1): every intent ended, every operation and conflict settled, nobody at
  /// work; `base::never` while something is, or nothing has ever been announced (O-047).
  [[nodiscard]] base::instant quiet_since() const noexcept { return quiet_since_; }
  /// When that has lasted for the grace of SPEC 9.6.1; `base::never` where sessions don't close by themselves.
  [[nodiscard]] base::instant next_auto_close() const;
  /// When the session has reached its age (SPEC 9.6.1).
  [[nodiscard]] base::instant end_of_life() const;
  /// When the coordinator came back for the last time; the epoch's beginning if it ever did.
  [[nodiscard]] base::instant recovered_at() const noexcept { return recovered_at_; }
  /// From restart until the first participant is back or a heartbeat has passed (O-020). A first life never recovers.
  [[nodiscard]] bool is_recovering() const noexcept { return recovering_; }
  /// What has been said within the replay window; of the open profile nothing is remembered (SPEC 23.1.2).
  [[nodiscard]] const protocol::recent_messages& recent_messages() const noexcept { return *recent_messages_; }
  /// Whether a key has been replaced by another (SPEC 23.1.6): nobody joins with it again.
  [[nodiscard]] bool is_retired(const std::string& key_id) const;
  /// Where its tamper-evident log stands (SPEC 23.1.3); no entries where it keeps none, or nothing has been said yet.
  [[nodiscard]] const chain_head& log_chain() const noexcept { return log_chain_; }
  /// How often an intent has been registered; orders them.
  [[nodiscard]] std::uint64_t intents_registered() const noexcept {
    return static_cast<std::uint64_t>(totals_.intents);
  }

  session(session&&) = default;
  session& operator=(session&&) = default;

private:
  void apply(const participant_joined& e);
  void apply(const participant_departed& e);
  void apply(const seat_vacated& e);
  void apply(const status_changed& e);
  void apply(const availability_changed& e);
  void apply(const participant_seen& e);
  void apply(const intent_registered& e);
  void apply(const intent_revised& e);
  void apply(const intent_moved& e);
  void apply(const announce_refused& e);
  void apply(const refusals_forgotten& e);
  void apply(const deferral_began& e);
  void apply(const deferral_ended& e);
  void apply(const claim_submitted& e);
  void apply(const claim_rescheduled& e);
  void apply(const claim_decided& e);
  void apply(const operation_registered& e);
  void apply(const operation_moved& e);
  void apply(const operation_authorised& e);
  void apply(const operation_given_notice& e);
  void apply(const operation_contested& e);
  void apply(const backend_changed& e);
  void apply(const target_moved& e);
  void apply(const file_written& e);
  void apply(const conflict_opened& e);
  void apply(const conflict_op_related& e);
  void apply(const conflict_moved& e);
  void apply(const scope_frozen& e);
  void apply(const conflict_ended& e);
  void apply(const status_sent& e);
  void apply(const liveness_checked& e);
  void apply(const session_ended& e);
  void apply(const policy_replaced& e);
  void apply(const coordinator_recovered& e);
  void apply(const participant_key_changed& e);
  void remember(const cause& why);
  void settle(operation_record operation);
  void remember(operation_record settled);
  void vacate(const principal_id& who);
  void forget_long_gone();
  void note_quiet(base::instant now);
  [[nodiscard]] bool is_missed(const principal_id& who) const;
  /// Runs `change`, after which `who` may be missed or no longer be.
  template <class Change>
  void and_count_missed(const principal_id& who, Change&& change);
  void expect(const participant_record& who); // looks after them when they will have been silent for too long

  session_origin origin_;
  shared_policy policy_;
  std::shared_ptr<const resource_registry> registry_;
  principal_id coordinator_;
  instance_id coordinator_instance_;
  lamport_clock clock_;
  std::uint64_t sequence_ = 0;
  roster people_;
  std::size_t missed_ = 0; // of them, who are unavailable and have live intents
  made_on_use<live_intents> intents_;
  ended_intents past_intents_;
  announce_backoffs backoffs_;
  made_on_use<live_deferrals> deferrals_;
  made_on_use<pending_claims> claims_;
  decided_claims past_claims_;
  made_on_use<pending_operations> proposals_;
  settled_operations past_operations_;
  contested_operations contested_{history_limit};
  known_batches batches_;
  made_on_use<open_conflicts> conflicts_;
  settled_conflicts past_conflicts_;
  made_on_use<frozen_scopes> frozen_;
  std::unordered_map<std::string, std::string> targets_;
  file_table files_;
  session_totals totals_;
  base::instant next_status_ = base::never;
  silence_watch watch_;
  base::instant quiet_since_ = base::never;
  std::optional<close_reason> ended_;
  bool recovering_ = false;
  base::instant recovered_at_{}; // when the coordinator last came back
  made_on_use<protocol::recent_messages> recent_messages_;
  std::vector<std::string> retired_keys_; // by id, the last `remembered_keys`
  chain_head log_chain_;
};

} // namespace mpac::protocol
