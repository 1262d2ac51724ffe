#include "tests/conversations/exercised.hpp"

#include "config/key.hpp"
#include "tests/support/json.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace mpac::tests {
namespace {

using namespace mpac::protocol;

constexpr std::string_view table_of(intent_event) {
  return "intent";
}
constexpr std::string_view table_of(operation_event) {
  return "operation";
}
constexpr std::string_view table_of(conflict_event) {
  return "conflict";
}

template <class State, class Event>
std::string name_of(const transition<State, Event>& row) {
  const auto word = [](State state) {
    return state == State::none ? std::string("(none)") : std::string(to_word(state));
  };
  return std::string(table_of(row.event)) + " " + word(row.from) + " -> " + word(row.to) + " " + std::string(row.row);
}

/// The messages of one kind that the coordinator sent with a decision.
std::vector<json_document> told(const decision& made, std::string_view type) {
  std::vector<json_document> found;
  for (const auto& notice : made.notices)
    if (notice.whose == voice::coordinator)
      if (auto message = parse_json(notice.frame->payload()); text_at(message, "message_type") == type)
        found.push_back(std::move(message));
  return found;
}

/// Follows the decisions of one session and finds the row each took. Where a table has several rows between the same
/// states, the message that led there, or what was told of it, tells them apart.
class follower {
public:
  explicit follower(const session_policy& policy)
      : is_pre_commit_(policy.execution_model == execution_model::pre_commit) {}

  void follow(const decision& made) {
    made_ = &made;
    for (const auto& e : made.events)
      std::visit([this](const auto& one) { see(one); }, e);
  }

  struct row {
    std::string name;
    std::string id;
  };
  [[nodiscard]] const std::vector<row>& taken() const noexcept { return taken_; }

private:
  template <class Event>
  void see(const Event&) {}

  void see(const intent_registered& e) {
    intents_[e.record->intent_id] = intent_state::none;
    move(intent_transitions, intents_[e.record->intent_id], intent_event::announced);
  }
  void see(const intent_revised& e) { move(intent_transitions, intents_[e.intent_id], intent_event::updated); }
  void see(const intent_moved& e) {
    const bool is_left = e.suspension_cause == suspension_cause::owner_left;
    using enum intent_event;
    auto& state = intents_[e.intent_id];
    switch (e.to) {
    case intent_state::active:
      return move(intent_transitions, state, owner_returned);
    case intent_state::suspended:
      return move(intent_transitions, state, is_left ? owner_left_to_transfer : owner_unavailable);
    case intent_state::withdrawn:
      return move(intent_transitions, state,
                  made_->cause.kind == message_kind::resolution ? resolution_rejected : withdrawn);
    case intent_state::expired:
      return move(intent_transitions, state, ttl_over);
    case intent_state::superseded:
      return move(intent_transitions, state, superseded);
    case intent_state::transferred:
      return move(intent_transitions, state, claim_approved);
    case intent_state::none:
      return;
    }
  }

  void see(const operation_registered& e) {
    auto& operation = operations_[e.record->op_id];
    operation = operation_state::none;
    const bool is_batch = e.record->batch_id.has_value();
    using enum operation_event;
    if (e.record->state == operation_state::committed)
      move(operation_transitions, operation, is_batch ? batch_declared : declared);
    else if (e.record->state == operation_state::proposed)
      move(operation_transitions, operation,
           is_batch                                       ? batch_requested
           : made_->cause.kind == message_kind::op_commit ? requested
                                                          : proposed);
    else
      operation = e.record->state; // refused as it comes with its batch: two rows at once
  }
  void see(const operation_authorised& e) {
    move(operation_transitions, operations_[e.op_id], operation_event::authorised);
  }
  void see(const operation_moved& e) {
    auto& operation = operations_[e.op_id];
    using enum operation_event;
    switch (e.to) {
    case operation_state::proposed:
      return move(operation_transitions, operation, intent_restored);
    case operation_state::frozen:
      return move(operation_transitions, operation, intent_suspended);
    case operation_state::committed:
      return move(operation_transitions, operation,
                  made_->cause.kind == message_kind::op_batch_commit ? batch_completed
                  : is_pre_commit_                                   ? completed
                                                                     : proposal_carried_out);
    case operation_state::rejected:
      return move(operation_transitions, operation, ends_with_intent(e.op_id) ? intent_terminated : rejected);
    case operation_state::abandoned:
      return move(operation_transitions, operation, sender_unavailable);
    case operation_state::superseded:
      return move(operation_transitions, operation,
                  operation == operation_state::committed ? superseded : reassociated);
    case operation_state::none:
      return;
    }
  }

  void see(const conflict_opened& e) {
    conflicts_[e.record->conflict_id] = conflict_state::none;
    move(conflict_transitions, conflicts_[e.record->conflict_id], conflict_event::reported);
  }
  void see(const conflict_moved& e) {
    auto& conflict = conflicts_[e.conflict_id];
    if (e.to == conflict_state::acked && conflict != e.to)
      move(conflict_transitions, conflict, conflict_event::acknowledged);
    else if (e.to == conflict_state::escalated && conflict != e.to)
      move(conflict_transitions, conflict, conflict_event::escalated);
  }
  void see(const conflict_ended& e) {
    auto& conflict = conflicts_[e.conflict_id];
    using enum conflict_event;
    if (e.to == conflict_state::dismissed)
      return move(conflict_transitions, conflict, entities_terminated);
    if (made_->cause.kind != message_kind::resolution)
      return move(conflict_transitions, conflict, phase_3_fallback);
    move(conflict_transitions, conflict, resolved);
    move(conflict_transitions, conflict, archived);
  }

  /// Whether the OP_REJECT that names it says so.
  [[nodiscard]] bool ends_with_intent(const op_id& id) const {
    const auto names = [&](const json_document& message) {
      if (text_at(message, "payload.reason") != "intent_terminated")
        return false;
      const auto* entries = find(message, "payload.rejected_ops");
      if (text_at(message, "payload.op_id") == id.str() || !entries || !entries->IsArray())
        return text_at(message, "payload.op_id") == id.str();
      return std::any_of(entries->Begin(), entries->End(),
                         [&](const auto& one) { return one.GetString() == id.str(); });
    };
    const auto notices = told(*made_, "OP_REJECT");
    return std::any_of(notices.begin(), notices.end(), names);
  }

  template <class Rows, class State, class Event>
  void move(const Rows& rows, State& state, Event event) {
    const auto* row = find_row(rows, state, event);
    if (!row)
      throw unreadable("the " + std::string(table_of(event)) + " table has no row for what was done in state '" +
                       std::string(to_word(state)) + "'");
    taken_.push_back({name_of(*row), std::string(row->row)});
    state = row->to;
  }

  bool is_pre_commit_;
  const decision* made_ = nullptr;
  std::map<intent_id, intent_state> intents_;
  std::map<op_id, operation_state> operations_;
  std::map<conflict_id, conflict_state> conflicts_;
  std::vector<row> taken_;
};

/// The keys whose value is not the default.
std::set<std::string> set_in(const session_policy& policy) {
  std::set<std::string> found;
  for (const auto& key : config::policy_keys())
    if (config::to_toml(key.read(policy)) != config::to_toml(key.read(*default_policy())))
      found.emplace(key.path);
  return found;
}

/// The enumerators stand in the order of SPEC 22.1; what follows them is ours.
bool is_ours(error_code code) {
  return code >= error_code::stale_state_ref;
}
std::string id_of(error_code code) {
  const auto place = std::to_string(static_cast<int>(code) + 1);
  return "22.1-" + std::string(2 - std::min<std::size_t>(place.size(), 2), '0') + place;
}

template <class Rows>
void add_names(const Rows& rows, std::set<std::string>& to) {
  for (const auto& row : rows)
    to.insert(name_of(row));
}

} // namespace

void exercised::add(const conversation& played, const pure_house& on) {
  const auto proves = [&](const std::string& id) {
    return std::find(played.proves.begin(), played.proves.end(), id) != played.proves.end();
  };
  const auto& first = *on.facts().origin().policy;
  policy_keys_.merge(set_in(first));
  follower rows(first);
  for (const auto& made : on.decisions()) {
    rows.follow(made);
    for (const auto& error : told(made, "PROTOCOL_ERROR"))
      if (const auto code = from_word<error_code>(text_at(error, "payload.error_code"));
          code && (is_ours(*code) || proves(id_of(*code))))
        errors_.insert(std::string(to_word(*code)));
    for (const auto& e : made.events)
      if (const auto* changed = std::get_if<policy_replaced>(&e))
        policy_keys_.merge(set_in(*changed->policy));
  }
  for (const auto& row : rows.taken()) {
    untagged_rows_.insert(row.name);
    if (proves(row.id))
      rows_.insert(row.name);
  }
}

std::set<std::string> all_rows() {
  std::set<std::string> all;
  add_names(intent_transitions, all);
  add_names(operation_transitions, all);
  add_names(conflict_transitions, all);
  return all;
}

} // namespace mpac::tests
