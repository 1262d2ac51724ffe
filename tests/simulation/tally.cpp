#include "tests/simulation/tally.hpp"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <string_view>

namespace mpac::tests {
namespace {

using namespace mpac::protocol;

/// The events in the order of the variant.
constexpr std::array event_names{
    "participant_joined",     "participant_departed",  "seat_vacated",           "status_changed",
    "availability_changed",   "participant_seen",      "backend_changed",        "intent_registered",
    "intent_revised",         "intent_moved",          "announce_refused",       "refusals_forgotten",
    "deferral_began",         "deferral_ended",        "claim_submitted",        "claim_rescheduled",
    "claim_decided",          "operation_registered",  "operation_moved",        "operation_authorised",
    "operation_given_notice", "operation_contested",   "target_moved",           "file_written",
    "conflict_opened",        "conflict_op_related",   "conflict_moved",         "scope_frozen",
    "conflict_ended",         "status_sent",           "liveness_checked",       "session_ended",
    "policy_replaced",        "coordinator_recovered", "participant_key_changed"};
static_assert(event_names.size() == std::variant_size_v<event>);
constexpr std::size_t of_key_changes = event_names.size() - 1;

/// The occasions in their order.
constexpr std::array<std::string_view, occasions> occasion_names{"a claim is approved",
                                                                 "a claim is rejected",
                                                                 "a claim is withdrawn",
                                                                 "GOODBYE withdraw",
                                                                 "GOODBYE transfer",
                                                                 "GOODBYE expire",
                                                                 "a backend suspends",
                                                                 "phase 2: one intent may pass",
                                                                 "phase 2: a commit passes",
                                                                 "an uncoordinated operation",
                                                                 "a batch loses an entry",
                                                                 "a frame is told again",
                                                                 "a replay is over",
                                                                 "the power fails",
                                                                 "the hub is killed",
                                                                 "the hub stops and starts",
                                                                 "a session fails",
                                                                 "a session comes back in a new epoch",
                                                                 "a session is reloaded",
                                                                 "decisions that nobody heard of are forgotten",
                                                                 "the store fails",
                                                                 "the store is back",
                                                                 "the store can't be read",
                                                                 "a message is turned away while nothing is kept",
                                                                 "the sideband answers from what is kept"};

/// Kinds that only the coordinator sends; a participant's end at admission.
constexpr std::array coordinators{message_kind::session_info, message_kind::session_close,
                                  message_kind::coordinator_status, message_kind::intent_claim_status};

/// Codes that no decision bears: other versions, security, what ends before a session, or has no place in its order.
constexpr std::array unused_codes{error_code::unknown_message_type,   error_code::version_mismatch,
                                  error_code::capability_unsupported, error_code::participant_unavailable,
                                  error_code::resolution_timeout,     error_code::coordinator_conflict,
                                  error_code::state_divergence,       error_code::credential_rejected,
                                  error_code::replay_detected,        error_code::causal_gap,
                                  error_code::backend_switch_denied,  error_code::rate_limited,
                                  error_code::internal_error};

template <class Rows, class Counts, class State, class Event>
void count(const Rows& rows, Counts& counts, State from, Event by) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].from == from && rows[i].event == by)
      ++counts[i];
}

template <class State>
std::string word_of(State state) {
  return state == State::none ? "(none)" : std::string(to_string(state));
}

template <class Rows, class Counts, class Visit>
void each_row(std::string_view table, const Rows& rows, const Counts& counts, Visit&& visit) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    visit(std::string(table) + ' ' + word_of(rows[i].from) + " -> " + word_of(rows[i].to) + " (" +
              std::string(rows[i].row) + ')',
          counts[i]);
}

template <class Counts, class Other>
void add(Counts& to, const Other& from) {
  std::transform(to.begin(), to.end(), from.begin(), to.begin(), std::plus<>{});
}

} // namespace

void tally::took(intent_state from, intent_event by) {
  count(intent_transitions, intents_, from, by);
}
void tally::took(operation_state from, operation_event by) {
  count(operation_transitions, operations_, from, by);
}
void tally::took(conflict_state from, conflict_event by) {
  count(conflict_transitions, conflicts_, from, by);
}

void tally::decided(const decision& made) {
  if (made.cause.kind && made.consultations.empty()) { // else its conflict considers it first
    auto& kind = messages_[static_cast<std::size_t>(*made.cause.kind)];
    ++(made.cause.error ? kind.refused : kind.accepted);
  }
  if (made.cause.error)
    ++refusals_[static_cast<std::size_t>(*made.cause.error)];
  if (made.cause.kind == message_kind::goodbye && !made.cause.error && made.cause.inbound) {
    const auto said = made.cause.inbound->payload();
    const auto wants = [&](std::string_view fate) { return said.find(fate) != said.npos; };
    happened(wants("\"transfer\"") ? occasion::leaves_to_transfer
             : wants("\"expire\"") ? occasion::leaves_to_expire
                                   : occasion::leaves_withdrawing);
  }
  for (const auto& e : made.events)
    ++events_[e.index()];
}

tally& tally::operator+=(const tally& other) {
  add(intents_, other.intents_);
  add(operations_, other.operations_);
  add(conflicts_, other.conflicts_);
  add(refusals_, other.refusals_);
  add(events_, other.events_);
  add(occasions_, other.occasions_);
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    messages_[i].accepted += other.messages_[i].accepted;
    messages_[i].refused += other.messages_[i].refused;
  }
  return *this;
}

void tally::print(std::ostream& to) const {
  const auto line = [&](std::string_view what, std::uint64_t times) {
    to << "  " << std::setw(10) << times << "  " << what << '\n';
  };
  to << "messages, accepted and refused\n";
  for (std::size_t i = 0; i < messages_.size(); ++i)
    to << "  " << std::setw(10) << messages_[i].accepted << std::setw(11) << messages_[i].refused << "  "
       << words_of<message_kind>[i] << '\n';
  to << "rows of the tables\n";
  each_row("intent", intent_transitions, intents_, line);
  each_row("operation", operation_transitions, operations_, line);
  each_row("conflict", conflict_transitions, conflicts_, line);
  to << "events\n";
  for (std::size_t i = 0; i < events_.size(); ++i)
    line(event_names[i], events_[i]);
  to << "refusals\n";
  for (std::size_t i = 0; i < refusals_.size(); ++i)
    line(words_of<error_code>[i], refusals_[i]);
  to << "and\n";
  for (std::size_t i = 0; i < occasions_.size(); ++i)
    line(occasion_names[i], occasions_[i]);
}

std::vector<std::string> tally::missing() const {
  std::vector<std::string> never;
  const auto miss = [&](std::string what, std::uint64_t times) {
    if (times == 0)
      never.push_back(std::move(what));
  };
  for (std::size_t i = 0; i < messages_.size(); ++i)
    if (std::find(coordinators.begin(), coordinators.end(), static_cast<message_kind>(i)) == coordinators.end())
      miss(std::string(words_of<message_kind>[i]) + " is accepted", messages_[i].accepted);
  each_row("intent", intent_transitions, intents_, miss);
  each_row("operation", operation_transitions, operations_, miss);
  each_row("conflict", conflict_transitions, conflicts_, miss);
  for (std::size_t i = 0; i < events_.size(); ++i)
    if (i != of_key_changes) // the town has open sessions alone
      miss(event_names[i], events_[i]);
  for (std::size_t i = 0; i < refusals_.size(); ++i)
    if (std::find(unused_codes.begin(), unused_codes.end(), static_cast<error_code>(i)) == unused_codes.end())
      miss("refused with " + std::string(words_of<error_code>[i]), refusals_[i]);
  for (std::size_t i = 0; i < occasions_.size(); ++i)
    miss(std::string(occasion_names[i]), occasions_[i]);
  return never;
}

} // namespace mpac::tests
