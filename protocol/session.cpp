#include "protocol/session.hpp"

#include "protocol/lifecycle/intent_lifecycle.hpp"
#include "protocol/scope_path.hpp"

#include <algorithm>

namespace mpac::protocol {
namespace {

instance_id instance_of(const principal_id& coordinator, std::uint64_t epoch) {
  return instance_id(coordinator.str() + ":epoch-" + std::to_string(epoch));
}

} // namespace

session::session(session_origin origin)
    : origin_(std::move(origin)), policy_(origin_.policy), registry_(policy_->resource_registry),
      coordinator_("service:coordinator-" + origin_.id.str()),
      coordinator_instance_(instance_of(coordinator_, origin_.epoch)), files_(origin_.files),
      recovering_(origin_.epoch > 1) {
  origin_.files = {};
}

void session::absorb(const decision& what) {
  sequence_ = what.sequence;
  clock_.restore(what.lamport_after);
  remember(what.cause);
  if (what.chain)
    log_chain_ = what.chain->after;
  if (what.cause.who && what.cause.from_its_seat) {
    if (auto* who = people_.plain(*what.cause.who)) {
      who->last_seen = what.cause.when;
      who->last_message = what.cause.message;
      if (what.cause.sender_lamport != 0 && !what.cause.error)
        who->lamport = what.cause.sender_lamport;
    }
  }
  for (const auto& e : what.events)
    std::visit([this](const auto& one) { apply(one); }, e);
  note_quiet(what.cause.when);
}

void session::note_quiet(base::instant now) {
  const bool is_quiet = intents_->size() == 0 && proposals_->size() == 0 && conflicts_->size() == 0 &&
                        people_.busy() == 0 && totals_.intents != 0;
  if (!is_quiet)
    quiet_since_ = base::never;
  else if (quiet_since_ == base::never)
    quiet_since_ = now;
}

base::instant session::next_auto_close() const {
  const auto& lifecycle = policy_->lifecycle;
  return lifecycle.auto_close && quiet_since_ != base::never ? quiet_since_ + lifecycle.auto_close_grace : base::never;
}

base::instant session::end_of_life() const {
  const auto age = policy_->lifecycle.session_ttl;
  return age > base::duration::zero() ? origin_.created_at + age : base::never;
}

const std::string* session::target_ref(const std::string& target) const {
  if (is_respelled(target))
    if (auto name = target_name(target); name != target)
      return target_ref(name);
  if (const auto* file = files_.find(target))
    return &file->state_ref();
  const auto found = targets_.find(target);
  return found == targets_.end() ? nullptr : &found->second;
}

const operation_record* session::operation(const op_id& id) const {
  const auto* pending = proposals_->find(id);
  return pending ? pending : past_operations_.find(id);
}

bool session::is_missed(const principal_id& who) const {
  if (people_.size() == people_.available())
    return false;
  const auto* person = people_.find(who);
  return person && !person->is_available && intents_->count_of(who) != 0;
}

template <class Change>
void session::and_count_missed(const principal_id& who, Change&& change) {
  missed_ -= is_missed(who);
  std::forward<Change>(change)();
  missed_ += is_missed(who);
}

void session::apply(const participant_joined& e) {
  totals_.participants += people_.find(e.record->principal_id) == nullptr;
  and_count_missed(e.record->principal_id, [&] { people_.put(*e.record); });
  recovering_ = false;
  expect(*e.record);
  if (next_status_ == base::never)
    next_status_ = e.record->joined_at + policy_->liveness.heartbeat_interval;
}

void session::apply(const participant_departed& e) {
  and_count_missed(e.who, [&] {
    people_.change(e.who, [](participant_record& who) {
      who.departed = true;
      who.is_available = false;
      who.status = to_word(participant_status::offline);
    });
  });
  vacate(e.who);
}

void session::apply(const seat_vacated& e) {
  if (const auto* who = people_.find(e.who); who && who->seat == e.seat)
    vacate(e.who);
}

void session::vacate(const principal_id& who) {
  people_.change(who, [&](participant_record& one) {
    one.seat = 0;
    if (one.away_since == 0)
      one.away_since = sequence_;
  });
  if (people_.seated() == 0)
    next_status_ = base::never; // nobody listens
  forget_long_gone();
}

void session::forget_long_gone() {
  // Whose intents still live may come back for them (SPEC 14.7.2).
  people_.forget_beyond(remembered_participants, [&](const principal_id& who) { return intents_->count_of(who) != 0; });
}

void session::apply(const status_changed& e) {
  people_.change(e.who, [&](participant_record& who) { who.status = e.status; });
  expect(*people_.find(e.who)); // who was offline has not been watched
}

void session::apply(const availability_changed& e) {
  and_count_missed(e.who,
                   [&] { people_.change(e.who, [&](participant_record& who) { who.is_available = e.is_available; }); });
  if (e.is_available) {
    expect(*people_.find(e.who));
  } else {
    watch_.forget(e.who);
    forget_long_gone();
  }
}

void session::apply(const backend_changed& e) {
  if (auto* who = people_.plain(e.who))
    who->backend = e.backend;
}

void session::expect(const participant_record& who) {
  if (const auto when = silent_at(who); when != base::never)
    watch_.expect(who.principal_id, when);
}

base::instant session::silent_at(const participant_record& who) const {
  const bool is_watched = who.is_available && !who.departed && who.status != to_word(participant_status::offline);
  // While there was no coordinator nobody could be heard: it is no one's silence.
  return is_watched ? std::max(who.last_seen, recovered_at_) + policy_->liveness.unavailability_timeout : base::never;
}

void session::apply(const participant_seen& e) {
  if (auto* who = people_.plain(e.who))
    who->last_seen = e.when;
}

void session::apply(const intent_registered& e) {
  ++totals_.intents;
  and_count_missed(e.record->principal_id, [&] { intents_.own(registry_).add(*e.record); });
}

void session::apply(const intent_revised& e) {
  const auto revise = [&](intent_record& intent) {
    if (e.objective)
      intent.objective = *e.objective;
    if (e.scope)
      intent.scope = **e.scope;
    if (e.assumptions)
      intent.assumptions = *e.assumptions;
    if (e.ttl) {
      intent.ttl = *e.ttl;
      intent.expires_at = e.expires_at;
    }
    intent.last_message = e.by;
  };
  if (e.scope || e.ttl)
    intents_.own(registry_).change(e.intent_id, revise);
  else
    revise(intents_.own(registry_).plain(e.intent_id));
}

void session::apply(const intent_moved& e) {
  if (!is_terminal(e.to)) {
    auto& intent = intents_.own(registry_).plain(e.intent_id);
    intent.state = e.to;
    intent.suspension_cause = e.suspension_cause;
    return;
  }
  auto intent = intents_.own(registry_).take(e.intent_id);
  if (people_.size() != people_.available()) {
    const auto* owner = people_.find(intent.principal_id);
    missed_ -= owner && !owner->is_available && intents_->count_of(intent.principal_id) == 0;
  }
  intent.state = e.to;
  intent.ended_with = sequence_;
  intent.suspension_cause.reset();
  if (!e.by.empty())
    intent.last_message = e.by;
  // What counts as completed: O-048.
  if (e.to == intent_state::expired)
    ++totals_.expired_intents;
  else if (e.to == intent_state::withdrawn && !intent.committed_under)
    ++totals_.withdrawn_intents;
  else
    ++totals_.completed_intents;
  if (deferrals_.is_made())
    deferrals_.own().intent_over(e.intent_id);
  auto id = intent.intent_id;
  past_intents_.put(std::move(id), std::move(intent));
}

void session::apply(const announce_refused& e) {
  backoffs_.start(e.who, *e.backoff);
}

void session::apply(const refusals_forgotten& e) {
  backoffs_.forget(e.who, *e.scope, e.began);
}

void session::apply(const deferral_began& e) {
  deferrals_.own().put(*e.record);
}

void session::apply(const deferral_ended& e) {
  deferrals_.own().remove(e.who, e.deferral_id);
}

void session::apply(const claim_submitted& e) {
  claims_.own().add(*e.record);
}

void session::apply(const claim_rescheduled& e) {
  claims_.own().reschedule(e.claim_id, e.waits_for, e.approve_at);
}

void session::apply(const claim_decided& e) {
  auto claim = claims_.own().take(e.claim_id);
  claim.decision = e.decision;
  claim.approved_by = e.approved_by;
  claim.reason = e.reason;
  claim.approve_at = base::never;
  claim.frame = {};
  if (e.decision == claim_decision::approved)
    intents_.own(registry_).plain(claim.original_intent_id).claimed_by = claim.claimant;
  past_claims_.put(e.claim_id, std::move(claim));
}

void session::apply(const operation_registered& e) {
  ++totals_.operations;
  if (e.record->batch_id)
    batches_.put(*e.record->batch_id, e.record->principal_id);
  if (conflicts_->size() != 0 && conflicts_->any_about(e.record->op_id, [](const auto&) { return true; })) {
    const auto* former = this->operation(e.record->op_id);
    conflicts_.own().outlive(e.record->op_id, former && is_terminal(former->state));
    past_operations_.release(e.record->op_id);
  }
  auto operation = *e.record;
  operation.order = operations_registered();
  if (is_settled(operation.state))
    settle(std::move(operation));
  else
    proposals_.own().add(std::move(operation));
}

void session::apply(const operation_moved& e) {
  if (!proposals_->find(e.op_id)) { // the one way out of COMMITTED (SPEC 16.5)
    if (auto* committed = past_operations_.find(e.op_id)) {
      committed->state = e.to;
      committed->superseded_by = e.superseded_by;
      contested_.drop(e.op_id);
    }
    return;
  }
  if (!is_settled(e.to)) {
    auto& operation = proposals_.own().plain(e.op_id);
    operation.state = e.to;
    if (e.to == operation_state::frozen) { // O-033
      operation.authorised_by.reset();
      operation.authorised_at = base::never;
    }
    return;
  }
  auto operation = proposals_.own().take(e.op_id);
  operation.state = e.to;
  operation.superseded_by = e.superseded_by;
  operation.refuse_at = base::never;
  operation.uncoordinated |= e.uncoordinated;
  operation.outside_scope |= e.outside_scope;
  if (e.state_ref_before)
    operation.state_ref_before = e.state_ref_before;
  if (e.state_ref_after)
    operation.state_ref_after = e.state_ref_after;
  settle(std::move(operation));
}

void session::settle(operation_record operation) {
  const bool is_committed = operation.state == operation_state::committed;
  totals_.committed_operations += is_committed;
  totals_.rejected_operations += operation.state == operation_state::rejected;
  totals_.abandoned_operations += operation.state == operation_state::abandoned;
  if (is_committed && operation.intent_id && intents_->find(*operation.intent_id))
    intents_.own(registry_).plain(*operation.intent_id).committed_under = true;
  operation.settled_with = sequence_;
  remember(std::move(operation));
}

void session::remember(operation_record settled) {
  auto id = settled.op_id;
  past_operations_.put(std::move(id), std::move(settled),
                       [this](const op_id& one) { return conflicts_->count_about(one) != 0; });
}

void session::apply(const operation_authorised& e) {
  auto& operation = proposals_.own().plain(e.op_id);
  operation.authorised_by = e.by;
  operation.authorised_at = e.when;
}

void session::apply(const operation_given_notice& e) {
  proposals_.own().give_notice(e.op_id, e.refuse_at);
}

void session::apply(const operation_contested& e) {
  auto* operation = past_operations_.find(e.op_id);
  if (!operation)
    return;
  operation->contested = true;
  contested_.add({e.op_id, operation->target, operation->state_ref_before, e.rollback});
}

void session::apply(const target_moved& e) {
  targets_.insert_or_assign(target_name(e.target), e.state_ref);
}

void session::apply(const file_written& e) {
  files_.put(e.path, e.file);
}

void session::apply(const conflict_opened& e) {
  ++totals_.conflicts;
  auto conflict = *e.record;
  conflict.order = conflicts_registered();
  conflict.opened_with = sequence_;
  conflicts_.own().add(std::move(conflict));
}

void session::apply(const conflict_op_related& e) {
  // A dispute that lasts may not grow for ever.
  if (const auto* conflict = conflicts_->find(e.conflict_id); conflict && conflict->related_ops.size() < history_limit)
    conflicts_.own().relate(e.conflict_id, e.op_id);
}

void session::apply(const conflict_moved& e) {
  auto& conflict = conflicts_.own().plain(e.conflict_id);
  conflict.state = e.to;
  if (!e.escalated_to)
    return;
  conflict.escalated_to = e.escalated_to;
  conflict.escalated_at = e.when;
  conflicts_.own().schedule(e.conflict_id, e.next_step);
}

void session::apply(const scope_frozen& e) {
  auto& conflict = conflicts_.own().plain(e.conflict_id);
  if (conflict.phase == freeze_phase::none) {
    conflict.frozen_at = e.when;
    conflict.frozen = e.parts;
    frozen_.own(registry_).add(e.conflict_id, e.parts);
  }
  conflict.phase = e.phase;
  conflict.passing = e.passing;
  conflicts_.own().schedule(e.conflict_id, e.next_step);
}

void session::apply(const conflict_ended& e) {
  auto conflict = conflicts_.own().take(e.conflict_id);
  if (conflict.phase != freeze_phase::none)
    frozen_.own(registry_).remove(e.conflict_id);
  conflict.phase = freeze_phase::none;
  conflict.frozen.clear();
  conflict.state = e.to;
  conflict.ended_with = sequence_;
  conflict.resolution_id = e.resolution_id;
  conflict.resolved_by = e.resolved_by;
  conflict.decision = e.decision;
  for (const auto& operation : conflict.related_ops)
    if (conflicts_->count_about(operation) == 0)
      past_operations_.release(operation);
  ++totals_.resolved_conflicts;
  past_conflicts_.put(e.conflict_id, std::move(conflict));
}

void session::apply(const status_sent& e) {
  next_status_ = e.next;
  recovering_ = false;
}

void session::apply(const liveness_checked& e) {
  // Those who would be due soon are put off together with them: a look costs a decision.
  for (const auto& who : watch_.take_due(e.when + policy_->liveness.unavailability_timeout / 2))
    if (const auto* one = people_.find(who))
      expect(*one);
}

void session::apply(const session_ended& e) {
  ended_ = e.reason;
  next_status_ = base::never;
}

void session::apply(const policy_replaced& e) {
  policy_ = e.policy;
  origin_.limits = e.limits;
  for (const auto& who : people_) // the timeout may be shorter now
    if (who.is_available)
      expect(who);
}

void session::apply(const coordinator_recovered& e) {
  origin_.epoch = e.epoch;
  coordinator_instance_ = instance_of(coordinator_, e.epoch);
  recovering_ = true;
  recovered_at_ = e.when;
  next_status_ = base::never; // nobody listens
  std::vector<principal_id> seated;
  for (const auto& who : people_)
    if (who.seat != 0)
      seated.push_back(who.principal_id);
  for (const auto& who : seated)
    vacate(who);
  for (const auto& who : people_)
    if (who.is_available) {
      watch_.forget(who.principal_id);
      expect(who);
    }
}

} // namespace mpac::protocol
