#include "protocol/wire/snapshot_records.hpp"

#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace mpac::protocol {
namespace {

using problem = std::optional<std::string>;

std::string place(std::string_view list, std::size_t index, std::string_view member, const std::string& what) {
  return std::string(list) + "[" + std::to_string(index) + "]." + std::string(member) + ": " + what;
}

/// Registration numbers rise through a list; where none is told they do so by themselves. `last` gets the highest.
template <class Records, class Record>
problem number(Records& records, std::string_view list, Record&& record, std::uint64_t& last) {
  last = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto& order = record(records[i]).order;
    if (order == 0)
      order = last + 1;
    if (order <= last)
      return place(list, i, "order", "has to rise from one to the next");
    last = order;
  }
  return std::nullopt;
}

template <class Count>
void at_least(Count& total, std::uint64_t least) {
  total = std::max(total, static_cast<Count>(least));
}

class completion {
public:
  explicit completion(snapshot_records& from) : from_(from), image_(from.image) {}

  problem run() {
    at_least(image_.sequence, 1); // everybody has been away since then: 0 would mean that they have not
    if (auto why = people())
      return why;
    if (auto why = intents())
      return why;
    if (auto why = operations())
      return why;
    if (auto why = conflicts())
      return why;
    if (auto why = claims())
      return why;
    deferrals();
    targets();
    return std::nullopt;
  }

private:
  [[nodiscard]] bool is_here(const principal_id& who) const {
    const auto found = known_.find(who);
    return found != known_.end() && !image_.people[found->second].departed;
  }

  problem people() {
    for (std::size_t i = 0; i < from_.participants.size(); ++i) {
      auto& [who, tells_departure] = from_.participants[i];
      if (who.principal_id.empty() || !known_.emplace(who.principal_id, i).second)
        return place("participants", i, "principal_id", "two participants of one name, or one without");
      if (const auto last = from_.frontiers.find(who.principal_id); last != from_.frontiers.end()) {
        if (who.instance.empty())
          who.instance = last->second.instance;
        if (who.instance == last->second.instance)
          who.lamport = std::max(who.lamport, last->second.lamport);
      }
      if (who.last_seen == never_told)
        who.last_seen = from_.captured_at;
      if (who.joined_at == never_told)
        who.joined_at = image_.created_at;
      if (!tells_departure)
        who.departed = !who.is_available && who.status == to_word(participant_status::offline);
      if (who.departed)
        who.is_available = false;
      if (who.away_since == 0)
        who.away_since = image_.sequence;
      image_.people.push_back(std::move(who));
    }
    at_least(image_.totals.participants, image_.people.size());
    return std::nullopt;
  }

  problem intents() {
    std::uint64_t last = 0;
    if (auto why = number(
            from_.intents, "intents", [](auto& each) -> auto& { return each; }, last))
      return why;
    at_least(image_.totals.intents, last);
    std::set<intent_id> live, worked_under;
    for (const auto& operation : from_.operations)
      if (operation.intent_id && operation.state == operation_state::committed)
        worked_under.insert(*operation.intent_id);
    for (std::size_t i = 0; i < from_.intents.size(); ++i) {
      auto& intent = from_.intents[i];
      if (intent.intent_id.empty())
        return place("intents", i, "intent_id", "must not be empty");
      if (intent.received_at == never_told)
        intent.received_at = from_.captured_at;
      owners_.insert_or_assign(intent.intent_id, intent.principal_id);
      scopes_.insert_or_assign(intent.intent_id, intent.scope);
      if (is_terminal(intent.state)) {
        count_ended(intent);
        intent.suspension_cause.reset();
        at_least(intent.ended_with, 1);
        ended_.insert(intent.intent_id);
        image_.past_intents.push_back(std::move(intent));
        continue;
      }
      if (!live.insert(intent.intent_id).second)
        return place("intents", i, "intent_id", "two live intents of one name");
      if (!known_.contains(intent.principal_id))
        return place("intents", i, "principal_id", "is not among the participants");
      if (intent.state != intent_state::suspended)
        intent.suspension_cause.reset();
      else if (!intent.suspension_cause)
        intent.suspension_cause = suspension_cause::owner_unavailable;
      intent.committed_under |= worked_under.contains(intent.intent_id);
      intent.claimed_by.reset(); // who claims it stands with the claim
      intent.ended_with = 0;
      if (intent.state == intent_state::suspended)
        suspended_.insert(intent.intent_id);
      image_.intents.push_back(std::move(intent));
    }
    for (const auto& intent : image_.intents)
      ended_.erase(intent.intent_id);
    in_order_of_end(image_.past_intents, &intent_record::ended_with);
    return std::nullopt;
  }

  void count_ended(const intent_record& intent) {
    if (from_.tells_totals)
      return;
    auto& totals = image_.totals;
    ++(intent.state == intent_state::expired                                ? totals.expired_intents
       : intent.state == intent_state::withdrawn && !intent.committed_under ? totals.withdrawn_intents
                                                                            : totals.completed_intents);
  }

  /// A history forgets first what has ended first.
  template <class Record>
  static void in_order_of_end(std::vector<Record>& past, std::uint64_t Record::*ended_with) {
    std::stable_sort(past.begin(), past.end(),
                     [&](const Record& a, const Record& b) { return a.*ended_with < b.*ended_with; });
  }

  problem operations() {
    std::uint64_t last = 0;
    if (auto why = number(
            from_.operations, "operations", [](auto& each) -> auto& { return each; }, last))
      return why;
    auto& totals = image_.totals;
    at_least(totals.operations, last);
    std::set<op_id> pending;
    for (std::size_t i = 0; i < from_.operations.size(); ++i) {
      auto& operation = from_.operations[i];
      if (operation.op_id.empty())
        return place("operations", i, "op_id", "must not be empty");
      if (operation.created_at == never_told)
        operation.created_at = from_.captured_at;
      if (operation.principal_id.empty() && operation.intent_id)
        operation.principal_id = owner_of(*operation.intent_id);
      if (operation.compared_with == not_told)
        operation.compared_with = static_cast<std::uint64_t>(totals.intents);
      authors_.insert_or_assign(operation.op_id, operation.principal_id);
      if (operation.batch_id && !from_.tells_batches)
        image_.batches.emplace_back(*operation.batch_id, operation.principal_id);
      if (is_settled(operation.state)) {
        if (!from_.tells_totals) {
          totals.committed_operations += operation.state == operation_state::committed;
          totals.rejected_operations += operation.state == operation_state::rejected;
          totals.abandoned_operations += operation.state == operation_state::abandoned;
        }
        if (operation.state == operation_state::committed && operation.state_ref_after)
          committed_refs_.insert_or_assign(operation.target, *operation.state_ref_after);
        operation.refuse_at = base::never;
        at_least(operation.settled_with, 1);
        image_.past_operations.push_back(std::move(operation));
        continue;
      }
      if (!pending.insert(operation.op_id).second)
        return place("operations", i, "op_id", "two pending operations of one name");
      if (operation.state == operation_state::frozen) { // O-033
        operation.authorised_by.reset();
        operation.authorised_at = base::never;
      }
      if (operation.batch_id && !operation.batch_atomicity)
        operation.batch_atomicity = atomicity::all_or_nothing;
      operation.settled_with = 0;
      image_.proposals.push_back(std::move(operation));
    }
    in_order_of_end(image_.past_operations, &operation_record::settled_with);
    return std::nullopt;
  }

  [[nodiscard]] principal_id owner_of(const intent_id& id) const {
    const auto found = owners_.find(id);
    return found == owners_.end() ? principal_id{} : found->second;
  }

  problem conflicts() {
    std::uint64_t last = 0;
    if (auto why = number(
            from_.conflicts, "conflicts", [](auto& each) -> auto& { return each.record; }, last))
      return why;
    at_least(image_.totals.conflicts, last);
    std::set<conflict_id> open;
    for (std::size_t i = 0; i < from_.conflicts.size(); ++i) {
      auto& [conflict, is_frozen, tells_parties] = from_.conflicts[i];
      if (conflict.conflict_id.empty())
        return place("conflicts", i, "conflict_id", "must not be empty");
      tell_parties(conflict, tells_parties);
      if (conflict.created_at == never_told)
        conflict.created_at = from_.captured_at;
      if (conflict.intents_by_then == not_told)
        conflict.intents_by_then = static_cast<std::uint64_t>(image_.totals.intents);
      at_least(conflict.opened_with, 1);
      if (is_settled(conflict.state)) {
        if (!from_.tells_totals)
          ++image_.totals.resolved_conflicts;
        conflict.phase = freeze_phase::none;
        conflict.frozen.clear();
        at_least(conflict.ended_with, 1);
        if (conflict.next_step == never_told)
          conflict.next_step = base::never;
        image_.past_conflicts.push_back(std::move(conflict));
        continue;
      }
      if (!open.insert(conflict.conflict_id).second)
        return place("conflicts", i, "conflict_id", "two open conflicts of one name");
      conflict.ended_with = 0;
      go_on(conflict, is_frozen.value_or(conflict.phase != freeze_phase::none));
      image_.conflicts.push_back(std::move(conflict));
    }
    in_order_of_end(image_.past_conflicts, &conflict_record::ended_with);
    return std::nullopt;
  }

  void tell_parties(conflict_record& conflict, bool are_told) const {
    const auto& related = conflict.related_intents;
    if (!are_told && !related.empty())
      conflict.intent_a = related[0];
    if (!are_told && related.size() > 1)
      conflict.intent_b = related[1];
    std::vector<principal_id> owners;
    for (const auto& id : {conflict.intent_a, conflict.intent_b})
      if (id)
        owners.push_back(owner_of(*id));
    for (const auto& id : conflict.related_ops)
      if (const auto author = authors_.find(id); owners.size() < 2 && author != authors_.end())
        owners.push_back(author->second);
    owners.resize(2);
    if (conflict.principal_a.empty())
      conflict.principal_a = owners[0];
    if (conflict.principal_b.empty())
      conflict.principal_b = owners[1];
  }

  /// Where it has come to in SPEC 18.6, as far as others tell.
  void go_on(conflict_record& conflict, bool is_frozen) const {
    const auto& governance = image_.policy->governance;
    if (is_frozen && conflict.phase == freeze_phase::none)
      conflict.phase = freeze_phase::resolution;
    if (!is_frozen)
      conflict.phase = freeze_phase::none;
    if (conflict.phase == freeze_phase::none) {
      conflict.frozen.clear();
    } else {
      if (conflict.frozen_at == base::never)
        conflict.frozen_at = from_.captured_at;
      if (conflict.frozen.empty())
        conflict.frozen = shared_scopes(conflict);
    }
    if (conflict.next_step != never_told)
      return;
    const auto since = conflict.escalated_at != base::never ? conflict.escalated_at : conflict.created_at;
    const auto waits = governance.resolution_timeout;
    const auto next = conflict.phase != freeze_phase::none ? conflict.frozen_at + governance.frozen_scope_phase_1
                      : waits == base::duration::zero()    ? base::never
                                                           : since + waits;
    conflict.next_step = std::min(next, base::never);
  }

  [[nodiscard]] std::vector<scope> shared_scopes(const conflict_record& conflict) const {
    std::vector<scope> scopes;
    for (const auto& id : {conflict.intent_a, conflict.intent_b})
      if (const auto found = id ? scopes_.find(*id) : scopes_.end(); found != scopes_.end())
        scopes.push_back(found->second);
    if (scopes.size() == 2)
      if (auto shared = shared_parts(scopes[0], scopes[1], image_.policy->resource_registry.get()); !shared.empty())
        return shared;
    return scopes;
  }

  problem claims() {
    std::set<claim_id> seen; // what is pending is listed twice
    std::vector<read_claim> once;
    for (auto& each : from_.claims)
      if (seen.insert(each.record.claim_id).second)
        once.push_back(std::move(each));
    std::uint64_t last = 0;
    if (auto why = number(
            once, "claims", [](auto& each) -> auto& { return each.record; }, last))
      return why;
    for (auto& [claim, tells_wait, message] : once) {
      if (claim.submitted_at == never_told)
        claim.submitted_at = from_.captured_at;
      if (claim.original_principal_id.empty())
        claim.original_principal_id = owner_of(claim.original_intent_id);
      if (!claim.decision && is_idle(claim)) { // others look at it when its time comes
        claim.decision = claim_decision::rejected;
        claim.reason = "intent_no_longer_suspended";
      }
      if (claim.decision) {
        claim.approve_at = base::never;
        image_.past_claims.push_back(std::move(claim));
        continue;
      }
      if (!tells_wait)
        await(claim);
      claim.frame = message_of(claim, message);
      image_.claims.push_back(std::move(claim));
    }
    at_least(image_.sequence, last); // they are numbered by it
    return std::nullopt;
  }

  /// Whether nothing can come of a pending claim any more, or another came first. In a session that has ended nothing
  /// happens anyway.
  [[nodiscard]] bool is_idle(const claim_record& claim) {
    return !image_.ended && (!suspended_.contains(claim.original_intent_id) || !is_here(claim.claimant) ||
                             !claimed_.insert(claim.original_intent_id).second);
  }

  /// What a claim waits for by the session's policy (O-069).
  void await(claim_record& claim) const {
    const auto& policy = *image_.policy;
    const auto approval = policy.liveness.intent_claim_approval;
    const bool is_core = policy.compliance_profile == compliance_profile::core;
    claim.waits_for = approval == claim_approval::by_decision            ? claim_wait::word
                      : approval == claim_approval::automatic || is_core ? claim_wait::grace
                                                                         : claim_wait::approver;
    if (claim.waits_for == claim_wait::grace)
      claim.approve_at = std::min(claim.submitted_at + policy.liveness.intent_claim_grace_period, base::never);
  }

  /// The claimant's own words where they are there and say this; else made of what is known of them.
  [[nodiscard]] frame_ptr message_of(const claim_record& claim, const std::optional<std::string>& text) const {
    if (text) {
      auto frame = frame::of(*text);
      const auto read = decoder().decode(frame, strictness::lenient);
      const auto* said = read ? std::get_if<envelope>(&*read) : nullptr;
      const auto* body = said ? std::get_if<intent_claim>(&said->body) : nullptr;
      if (body && body->claim_id == claim.claim_id && said->sender.principal_id == claim.claimant)
        return frame;
    }
    const auto known = known_.find(claim.claimant);
    if (known == known_.end())
      return {};
    const auto& who = image_.people[known->second];
    envelope made;
    made.version = image_.policy->protocol_version;
    made.message_id = message_id("restored:" + claim.claim_id.str());
    made.session_id = image_.id;
    made.sender = {who.principal_id, who.type,
                   who.instance.empty() ? instance_id(who.principal_id.str()) : who.instance};
    made.ts = base::to_rfc3339(claim.submitted_at);
    made.body = intent_claim{claim.claim_id,      claim.original_intent_id, claim.original_principal_id,
                             claim.new_intent_id, claim.objective,          claim.scope,
                             claim.justification};
    return encode(made);
  }

  void deferrals() {
    for (auto& [deferral, still_open] : from_.deferrals) {
      for (const auto& id : deferral.observed_intent_ids)
        if (still_open ? std::find(still_open->begin(), still_open->end(), id) != still_open->end()
                       : !ended_.contains(id))
          deferral.still_open.insert(id);
      image_.deferrals.push_back(std::move(deferral));
    }
  }

  void targets() {
    if (!from_.tells_targets)
      from_.target_refs = std::move(committed_refs_);
    image_.targets.assign(from_.target_refs.begin(), from_.target_refs.end());
  }

  snapshot_records& from_;
  session_image& image_;
  std::map<principal_id, std::size_t> known_; // by place among the people
  std::map<intent_id, principal_id> owners_;
  std::map<intent_id, scope> scopes_;
  std::set<intent_id> suspended_, ended_, claimed_;
  std::map<op_id, principal_id> authors_;
  std::map<std::string, std::string> committed_refs_;
};

} // namespace

std::optional<std::string> complete(snapshot_records& records) {
  return completion(records).run();
}

} // namespace mpac::protocol
