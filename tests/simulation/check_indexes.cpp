#include "tests/simulation/invariants.hpp"

#include <algorithm>

namespace mpac::tests {
namespace {

using namespace mpac::protocol;

/// What a session holds in all, as far as a decision gives reason to look.
class comparer {
public:
  explicit comparer(const absorbed& seen) : seen_(seen), facts_(*seen.session.facts) {}

  void operator()(const intent_registered& e) { compare_owner(e.record->principal_id); }
  void operator()(const intent_revised&) { compare_expiry(); }
  void operator()(const intent_moved& e) { compare_owner(seen_.session.intents.at(e.intent_id).owner); }

  void operator()(const participant_joined&) { compare_missed(); }
  void operator()(const participant_departed&) { compare_missed(); }
  void operator()(const availability_changed&) { compare_missed(); }

  void operator()(const operation_registered& e) { compare_operation(e.record->op_id); }
  void operator()(const operation_moved& e) { compare_operation(e.op_id); }
  void operator()(const operation_given_notice& e) { compare_operation(e.op_id); }

  void operator()(const conflict_opened& e) { compare_conflict(e.record->conflict_id); }
  void operator()(const conflict_moved& e) { compare_conflict(e.conflict_id); }
  void operator()(const conflict_op_related& e) { compare_conflict(e.conflict_id); }
  void operator()(const conflict_ended& e) { compare_conflict(e.conflict_id); }
  void operator()(const scope_frozen& e) {
    compare_conflict(e.conflict_id);
    for (const auto& frozen : e.parts)
      for (const auto& target : entries_of(frozen))
        compare_frozen(target);
  }

  void operator()(const deferral_began&) { compare_deferrals(); }
  void operator()(const deferral_ended&) { compare_deferrals(); }
  void operator()(const claim_submitted&) { compare_claims(); }
  void operator()(const claim_rescheduled&) { compare_claims(); }
  void operator()(const claim_decided&) { compare_claims(); }

  template <class Other>
  void operator()(const Other&) {} // no index knows of it

private:
  /// `found` are those of `all` for which `belongs` holds, whatever their order.
  template <class Record, class Belongs>
  void compare(const char* index, const std::vector<const Record*>& found, const std::vector<const Record*>& all,
               Belongs&& belongs) {
    std::size_t due = 0;
    for (const auto* one : all) {
      if (!belongs(*one))
        continue;
      ++due;
      if (std::find(found.begin(), found.end(), one) == found.end())
        report(index);
    }
    if (due != found.size())
      report(index);
  }

  template <class Record, class When>
  void compare_clock(const char* clock, base::instant rings, const std::vector<const Record*>& all, When&& when) {
    auto first = base::never;
    for (const auto* one : all)
      first = std::min(first, when(*one));
    if (rings != first)
      report(clock);
  }

  void compare_missed() {
    const auto& people = facts_.people();
    const bool missed = std::any_of(people.begin(), people.end(), [&](const auto& who) {
      return !who.is_available && facts_.intents().count_of(who.principal_id) != 0;
    });
    if (missed != facts_.somebody_is_missed())
      report("who is missed");
  }

  void compare_owner(const principal_id& owner) {
    const auto& intents = facts_.intents();
    const auto all = intents.all();
    compare("intents by owner", intents.of(owner), all, [&](const auto& one) { return one.principal_id == owner; });
    if (intents.count_of(owner) != intents.of(owner).size())
      report("the number of an owner's intents");
    compare_missed();
    compare_clock("expiry", intents.next_expiry(), all, [](const auto& one) { return one.expires_at; });
  }
  void compare_expiry() {
    compare_clock("expiry", facts_.intents().next_expiry(), facts_.intents().all(),
                  [](const auto& one) { return one.expires_at; });
  }

  void compare_operation(const op_id& id) {
    const auto& pending = facts_.proposals();
    const auto* known = facts_.operation(id);
    const auto all = pending.all();
    compare_clock("notice", pending.next_refusal(), all, [](const auto& one) { return one.refuse_at; });
    if (!known)
      return;
    compare("operations by proposer", pending.of(known->principal_id), all,
            [&](const auto& one) { return one.principal_id == known->principal_id; });
    if (known->intent_id)
      compare("operations by intent", pending.under(*known->intent_id), all,
              [&](const auto& one) { return one.intent_id == known->intent_id; });
    if (known->batch_id)
      compare("operations by batch", pending.in_batch(*known->batch_id), all,
              [&](const auto& one) { return one.batch_id == known->batch_id; });
    compare_frozen(known->target);
  }

  void compare_conflict(const conflict_id& id) {
    const auto& open = facts_.conflicts();
    const auto* live = open.find(id);
    const auto* known = live ? live : facts_.past_conflicts().find(id);
    const auto all = open.all();
    compare_clock("steps", open.next_step(), all, [](const auto& one) { return one.next_step; });
    if (!known)
      return;
    const auto lists = [](const auto& some, const auto& wanted) {
      return std::find(some.begin(), some.end(), wanted) != some.end();
    };
    for (const auto& intent : known->related_intents)
      compare("conflicts by intent", open.about(intent), all,
              [&](const auto& one) { return lists(one.related_intents, intent); });
    for (const auto& operation : known->related_ops)
      compare("conflicts by operation", open.about(operation), all,
              [&](const auto& one) { // an id that is used again stands for another operation
                return lists(one.related_ops, operation) && !lists(one.outlived_ops, operation);
              });
  }

  /// SPEC 18.6.2: what is frozen at a target.
  void compare_frozen(const std::string& target) {
    const auto found = facts_.frozen().at(target);
    const auto due = seen_.session.frozen.at(target, facts_.registry());
    std::vector<conflict_id> a, b;
    for (const auto* part : found)
      a.push_back(part->of);
    for (const auto* part : due)
      b.push_back(part->of);
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    if (a != b)
      report("what is frozen at a target");
  }
  static std::vector<std::string> entries_of(const scope& s) {
    return is_listed(s.kind) ? entries(s) : std::vector<std::string>{};
  }

  void compare_deferrals() {
    compare_clock("deferrals", facts_.deferrals().next_expiry(), facts_.deferrals().all(),
                  [](const auto& one) { return one.expires_at; });
    for (const auto& [who, id] : seen_.session.deferrals)
      if (!facts_.deferrals().find(who, id))
        report("deferrals");
  }

  void compare_claims() {
    const auto& claims = facts_.claims();
    const auto all = claims.all();
    compare_clock("claims", claims.next_approval(), all, [](const auto& one) { return one.approve_at; });
    for (const auto* claim : all) {
      if (claims.on(claim->original_intent_id) != claim) // 14.7.4-10: the first, and no other
        report("claims by intent");
      compare("claims by claimant", claims.of(claim->claimant), all,
              [&](const auto& one) { return one.claimant == claim->claimant; });
    }
    compare("claims that wait for an approver", claims.waiting_for_approver(), all,
            [](const auto& one) { return one.waits_for == claim_wait::approver; });
  }

  void report(const std::string& index) {
    seen_.amiss.report("decision " + std::to_string(seen_.decision.sequence) + " of " + seen_.session.id.str() +
                       " leaves an index behind: " + index);
  }

  const absorbed& seen_;
  const session& facts_;
};

} // namespace

void check_indexes(const absorbed& seen) {
  if (!seen.session.facts)
    return;
  comparer compare(seen);
  for (const auto& e : seen.decision.events)
    std::visit(compare, e);
}

} // namespace mpac::tests
