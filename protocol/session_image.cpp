#include "protocol/session_image.hpp"

#include "protocol/scope_path.hpp"
#include "protocol/session.hpp"

#include <algorithm>
#include <stdexcept>

namespace mpac::protocol {
namespace {

template <class Record>
std::vector<Record> copies(const std::vector<const Record*>& of) {
  std::vector<Record> all;
  all.reserve(of.size());
  for (const auto* one : of)
    all.push_back(*one);
  return all;
}

template <class Past>
auto copies_of_past(const Past& past) {
  std::vector<std::decay_t<decltype(*past.find({}))>> all;
  all.reserve(past.size());
  past.for_each([&](const auto& record) { all.push_back(record); });
  return all;
}

/// What lives is found by its name: two of one name are no session's.
void expect_new(const void* known, const char* what) {
  if (known)
    throw std::invalid_argument(std::string("two ") + what + " of one name");
}

/// What lives was registered one after the other, and indexes rest on that.
template <class Record>
void expect_in_order(const std::vector<Record>& records, const char* what) {
  const auto astray = std::adjacent_find(records.begin(), records.end(),
                                         [](const auto& a, const auto& b) { return a.order >= b.order; });
  if (astray != records.end())
    throw std::invalid_argument(std::string(what) + " out of their order");
}

} // namespace

session_image session::image() const {
  session_image image;
  image.id = origin_.id;
  image.founding_policy = origin_.policy;
  image.policy = policy_;
  image.limits = origin_.limits;
  image.workspace_dir = origin_.workspace_dir;
  image.created_at = origin_.created_at;
  image.epoch = origin_.epoch;
  image.answers_to_any_id = origin_.answers_to_any_id;
  image.lamport = clock_.value();
  image.sequence = sequence_;
  image.files = files_;
  image.people.assign(people_.begin(), people_.end());
  image.gone = people_.gone();
  image.intents = copies(intents_->all());
  image.past_intents = copies_of_past(past_intents_);
  image.backoffs.assign(backoffs_.all().begin(), backoffs_.all().end());
  std::sort(image.backoffs.begin(), image.backoffs.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  image.deferrals = copies(deferrals_->all());
  image.claims = copies(claims_->all());
  image.past_claims = copies_of_past(past_claims_);
  image.proposals = copies(proposals_->all());
  image.past_operations = copies_of_past(past_operations_);
  image.contested = contested_.all();
  batches_.for_each_with_id([&](const op_id& id, const principal_id& who) { image.batches.emplace_back(id, who); });
  image.conflicts = copies(conflicts_->all());
  image.past_conflicts = copies_of_past(past_conflicts_);
  image.targets.assign(targets_.begin(), targets_.end());
  std::sort(image.targets.begin(), image.targets.end());
  image.totals = totals_;
  image.next_status = next_status_;
  image.silence.assign(watch_.entries().begin(), watch_.entries().end());
  image.quiet_since = quiet_since_;
  image.ended = ended_;
  image.recovering = recovering_;
  image.recovered_at = recovered_at_;
  image.has_own_policy = origin_.has_own_policy;
  image.recent_messages = recent_messages_->all();
  image.retired_keys = retired_keys_;
  image.log_chain = log_chain_;
  return image;
}

session::session(session_image image)
    : session(session_origin{std::move(image.id), image.founding_policy, image.limits, std::move(image.files),
                             std::move(image.workspace_dir), image.created_at, image.epoch, image.answers_to_any_id,
                             image.has_own_policy}) {
  policy_ = std::move(image.policy);
  if (image.lamport > largest_counter)
    throw std::invalid_argument("a Lamport clock beyond 2^53-1");
  clock_.restore(image.lamport);
  sequence_ = image.sequence;

  for (auto& who : image.people) {
    expect_new(people_.find(who.principal_id), "participants");
    people_.put(std::move(who));
  }
  people_.order_gone(image.gone);

  expect_in_order(image.intents, "intents");
  for (auto& intent : image.intents) {
    expect_new(intents_->find(intent.intent_id), "intents");
    intents_.own(registry_).add(std::move(intent));
  }
  for (auto& intent : image.past_intents) {
    auto id = intent.intent_id;
    past_intents_.put(std::move(id), std::move(intent));
  }
  for (auto& [who, refused] : image.backoffs)
    backoffs_.remember(who, std::move(refused));
  for (auto& deferral : image.deferrals)
    deferrals_.own().put(std::move(deferral));
  expect_in_order(image.claims, "claims");
  for (auto& claim : image.claims) {
    expect_new(claims_->find(claim.claim_id), "claims");
    if (claims_->on(claim.original_intent_id))
      throw std::invalid_argument("two claims on one intent");
    claims_.own().add(std::move(claim));
  }
  for (auto& claim : image.past_claims) {
    auto id = claim.claim_id;
    past_claims_.put(std::move(id), std::move(claim));
  }
  expect_in_order(image.proposals, "pending operations");
  for (auto& operation : image.proposals) {
    expect_new(proposals_->find(operation.op_id), "pending operations");
    proposals_.own().add(std::move(operation));
  }
  for (auto& one : image.contested)
    contested_.add(std::move(one));
  for (auto& [id, who] : image.batches)
    batches_.put(std::move(id), std::move(who));

  std::vector<std::pair<base::instant, conflict_id>> frozen;
  expect_in_order(image.conflicts, "conflicts");
  for (auto& conflict : image.conflicts) {
    expect_new(conflicts_->find(conflict.conflict_id), "conflicts");
    if (conflict.phase != freeze_phase::none)
      frozen.emplace_back(conflict.frozen_at, conflict.conflict_id);
    conflicts_.own().add(std::move(conflict));
  }
  std::stable_sort(frozen.begin(), frozen.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [when, id] : frozen)
    frozen_.own(registry_).add(id, conflicts_->find(id)->frozen);
  for (auto& conflict : image.past_conflicts) {
    auto id = conflict.conflict_id;
    past_conflicts_.put(std::move(id), std::move(conflict));
  }
  for (auto& operation : image.past_operations) // behind the conflicts, which some of them are remembered for
    remember(std::move(operation));
  for (auto& [target, ref] : image.targets)
    targets_.insert_or_assign(target_name(target), std::move(ref));

  for (const auto& who : people_)
    missed_ += is_missed(who.principal_id);
  totals_ = image.totals;
  next_status_ = image.next_status;
  for (const auto& [when, who] : image.silence)
    watch_.expect(who, when);
  quiet_since_ = image.quiet_since;
  ended_ = image.ended;
  recovering_ = image.recovering;
  recovered_at_ = image.recovered_at;
  for (auto& one : image.recent_messages)
    recent_messages_.own().remember(std::move(one), base::instant::min());
  retired_keys_ = std::move(image.retired_keys);
  log_chain_ = image.log_chain;
}

} // namespace mpac::protocol
