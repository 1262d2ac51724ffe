// What holds of operations whatever is said: three participants talk at random, in both execution models.
#include "protocol/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pure_house.hpp"

#include <rapidcheck.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

using namespace mpac;
using namespace mpac::tests;
using namespace mpac::protocol;

namespace {

const std::array<std::string, 3> people{"alice", "bob", "olga"};

std::string any(const char* kind, int count) {
  return kind + std::to_string(*rc::gen::inRange(0, count));
}

std::string entry(const std::string& id) {
  return "{op_id: " + id + ", target: " + any("f", 3) + ", op_kind: replace}";
}

std::string batch() {
  const auto number = std::to_string(*rc::gen::inRange(0, 2));
  // Mostly the same entries again, so that requests find their completions.
  const std::string target = "f" + number;
  const auto one = "{op_id: p" + number + ", target: " + target + ", op_kind: replace}";
  const auto other =
      *rc::gen::inRange(0, 4) == 0 ? entry("q" + number) : "{op_id: q" + number + ", target: f0, op_kind: replace}";
  return "OP_BATCH_COMMIT batch_id=b" + number + " intent_id=i" + number +
         " atomicity=" + (number == "0" ? "all_or_nothing" : "best_effort") + " operations=[" + one + ", " + other +
         "]";
}

std::string any_conflict(const session& facts) {
  const auto open = facts.conflicts().all();
  return open.empty() ? "none" : open[*rc::gen::inRange<std::size_t>(0, open.size())]->conflict_id.str();
}

std::string any_words(const session& facts) {
  // An operation's number is its intent's and its target's too, or else hardly anything would fit together.
  const auto number = std::to_string(*rc::gen::inRange(0, 3));
  const auto fitting = " op_id=o" + number + " intent_id=i" + number + " target=f" + number;
  switch (*rc::gen::inRange(0, 16)) {
  case 0:
  case 1:
  case 2:
    return "INTENT_ANNOUNCE intent_id=i" + number + " scope=[f" + number + ", " + any("g", 9) +
           "] ttl_sec=" + std::to_string(*rc::gen::inRange(20, 200));
  case 3:
    return "INTENT_WITHDRAW intent_id=i" + number;
  case 4:
  case 5:
  case 6:
    return "OP_PROPOSE" + fitting;
  case 7:
  case 8:
  case 9:
    return "OP_COMMIT" + fitting + " state_ref_after=" + any("r", 3);
  case 10:
    return batch();
  case 11:
    return "OP_REJECT reason=no op_id=" + (*rc::gen::arbitrary<bool>() ? any("o", 3) : any("b", 2));
  case 12:
    return "OP_SUPERSEDE op_id=" + any("s", 4) + " supersedes_op_id=o" + number + " target=f" + number +
           " intent_id=" + any("i", 3);
  case 13:
  case 14:
    return "RESOLUTION conflict_id=" + any_conflict(facts) + " decision=merged outcome={rejected: [" +
           (*rc::gen::arbitrary<bool>() ? any("o", 3) : any("i", 3)) + "], rollback: " + any("o", 3) + "}";
  default:
    return *rc::gen::inRange(0, 3) == 0 ? "GOODBYE intent_disposition=transfer" : "HEARTBEAT";
  }
}

/// Follows the events of a talk beside the session and objects to what may not happen.
class witness {
public:
  explicit witness(bool is_pre_commit) : is_pre_commit_(is_pre_commit) {}

  void see(const decision& made) {
    for (const auto& e : made.events)
      std::visit([&](const auto& one) { note(one); }, e);
  }

  /// Against what the session says of itself.
  void compare(const session& facts) const {
    for (const auto* pending : facts.proposals().all()) {
      RC_ASSERT(!is_settled(pending->state));
      RC_ASSERT(states_.at(pending->op_id) == pending->state);
      RC_ASSERT(pending->authorised_by.has_value() == authorised_.contains(pending->op_id));
      RC_ASSERT(pending->state == operation_state::proposed || !pending->authorised_by);
      const auto* intent = pending->intent_id ? facts.intents().find(*pending->intent_id) : nullptr;
      if (pending->intent_id && pending->refuse_at == base::never) {
        RC_ASSERT(intent);
        RC_ASSERT((intent->state == intent_state::suspended) == (pending->state == operation_state::frozen));
      }
      if (pending->batch_atomicity == atomicity::all_or_nothing)
        RC_ASSERT(facts.proposals().in_batch(*pending->batch_id).size() == 2u);
    }
  }

private:
  template <class Other>
  void note(const Other&) {}

  void note(const intent_registered& e) { live_.insert_or_assign(e.record->intent_id, intent_state::active); }
  void note(const intent_moved& e) {
    if (is_terminal(e.to))
      live_.erase(e.intent_id);
    else
      live_.insert_or_assign(e.intent_id, e.to);
  }
  void note(const operation_registered& e) {
    const auto& made = *e.record;
    RC_ASSERT(made.state == operation_state::proposed || made.state == operation_state::committed);
    if (is_pre_commit_)
      RC_ASSERT(made.state == operation_state::proposed); // SPEC 7.8
    states_.insert_or_assign(made.op_id, made.state);
    intents_.insert_or_assign(made.op_id, made.intent_id);
    on_notice_.erase(made.op_id);
    authorised_.erase(made.op_id);
    under_a_living_intent(made.op_id, made.state);
  }
  void note(const operation_moved& e) {
    const auto from = states_.at(e.op_id);
    bool is_listed = false;
    for (const auto& row : operation_transitions)
      is_listed |= row.from == from && row.to == e.to;
    RC_ASSERT(is_listed);
    if (is_pre_commit_ && e.to == operation_state::committed)
      RC_ASSERT(authorised_.contains(e.op_id));
    under_a_living_intent(e.op_id, e.to);
    if (e.to != operation_state::proposed)
      authorised_.erase(e.op_id);
    states_.at(e.op_id) = e.to;
  }
  void note(const operation_authorised& e) {
    RC_ASSERT(is_pre_commit_);
    RC_ASSERT(states_.at(e.op_id) == operation_state::proposed);
    RC_ASSERT(authorised_.insert(e.op_id).second); // once
  }
  void note(const operation_given_notice& e) { on_notice_.insert(e.op_id); }

  void under_a_living_intent(const op_id& id, operation_state to) {
    if (!is_pre_commit_ || to != operation_state::committed)
      return; // core takes what has been done already (O-043)
    RC_ASSERT(!on_notice_.contains(id));
    const auto& named = intents_.at(id);
    RC_ASSERT(named.has_value());
    RC_ASSERT(live_.contains(*named));
    RC_ASSERT(live_.at(*named) == intent_state::active);
  }

  bool is_pre_commit_;
  std::map<intent_id, intent_state> live_;
  std::map<op_id, operation_state> states_;
  std::map<op_id, std::optional<intent_id>> intents_;
  std::set<op_id> authorised_, on_notice_;
};

void talk(bool is_pre_commit, int grace) {
  session_policy policy;
  if (is_pre_commit) {
    policy.compliance_profile = compliance_profile::governance;
    policy.execution_model = execution_model::pre_commit;
  }
  policy.governance.intent_expiry_grace = std::chrono::seconds{grace};
  opening how;
  how.policy = std::make_shared<const session_policy>(policy);
  pure_house house(how);
  for (const auto& name : people)
    house.join(name, "roles=[owner]");
  witness watching(is_pre_commit);
  std::size_t seen = 0;
  for (int step = 0; step < 60; ++step) {
    if (*rc::gen::inRange(0, 5) == 0)
      house.wait(std::chrono::seconds{*rc::gen::inRange(1, 40)});
    const auto& name = people[*rc::gen::inRange<std::size_t>(0, people.size())];
    const bool has_left = house.facts().people().find(principal_id(name))->departed;
    house.says(name, has_left ? std::string("HELLO roles=[owner]") : any_words(house.facts()));
    for (; seen < house.decisions().size(); ++seen)
      watching.see(house.decisions()[seen]);
    watching.compare(house.facts());
  }
  RC_CLASSIFY(house.facts().totals().committed_operations > 0, "something was committed");
  RC_CLASSIFY(house.facts().totals().rejected_operations > 0, "something was refused");
}

} // namespace

TEST_CASE(
    "whatever is said, operations move by the table, and nothing is committed unauthorised or under a dead intent",
    "[16.6.1-16][16.6.1-05][16.6.1-15][7.8-03][7.8-06][7.8-08][15.7-09][16.8-02]") {
  CHECK(rc::check("in pre_commit", [] { talk(true, *rc::gen::inRange(0, 2) * 10); }));
  CHECK(rc::check("in post_commit", [] { talk(false, *rc::gen::inRange(0, 2) * 10); }));
}
