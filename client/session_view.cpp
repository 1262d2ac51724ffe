#include "client/session_view.hpp"

#include "client/policy_reading.hpp"
#include "client/reported_intents.hpp"
#include "protocol/wire/extension.hpp"

#include <algorithm>

namespace mpac::client {
namespace {

using namespace protocol;

constexpr std::string_view suspended = "SUSPENDED";
constexpr base::duration kept_overdue = std::chrono::minutes{5};

known_conflict described(const conflict_report& said) {
  known_conflict known;
  known.conflict_id = said.conflict_id;
  known.category = said.category.text();
  known.severity = said.severity.text();
  known.description = said.description.value_or("");
  known.intents = reported_intents(said);
  known.operations = said.related_ops;
  for (const auto& one : {said.principal_a, said.principal_b})
    if (one && !one->empty())
      known.parties.push_back(*one);
  return known;
}

} // namespace

/// Takes in one event after another.
struct session_view::reader {
  session_view& on;
  base::instant now;

  known_participant& person(const principal_id& who) {
    auto& known = on.participants_[who];
    known.principal_id = who;
    return known;
  }
  known_intent* intent(const intent_id& id) {
    const auto found = on.intents_.find(id);
    return found == on.intents_.end() ? nullptr : &found->second;
  }
  void begin(known_intent fresh) {
    person(fresh.principal_id);
    const auto id = fresh.intent_id;
    on.intents_.insert_or_assign(id, std::move(fresh));
  }

  void operator()(const joined& what) {
    on.info_ = what.info;
    on.default_ttl_ =
        what.info.liveness_policy ? seconds_in(*what.info.liveness_policy, "default_intent_ttl_sec").value_or(0) : 0;
    auto& me = person(on.me_);
    me.roles = what.info.granted_roles;
    me.is_available = true;
  }

  void operator()(const heard<intent_announce>& what) {
    // One's own intent of the same scope is replaced, and the one that is named (SPEC 15.3.2, O-085).
    std::erase_if(on.intents_, [&](const auto& each) {
      const auto& old = each.second;
      return old.principal_id == what.from.principal &&
             (old.intent_id == what.said.supersedes_intent_id || same_scope(old.scope, what.said.scope));
    });
    begin({what.said.intent_id,
           what.from.principal,
           what.said.objective,
           what.said.scope,
           false,
           {},
           end_of(what.said.ttl_sec)});
  }
  /// A missed one was told earlier than it is heard: its end is later than it need be, and never too early.
  base::instant end_of(std::optional<double> ttl) const {
    return ttl.value_or(on.default_ttl_) > 0 ? now + base::from_seconds(ttl.value_or(on.default_ttl_)) : base::never;
  }

  void operator()(const heard<intent_update>& what) {
    auto* known = intent(what.said.intent_id);
    if (!known)
      return;
    if (what.from.is_coordinator)
      return news(*known, what);
    if (what.said.objective)
      known->objective = *what.said.objective;
    if (what.said.scope)
      known->scope = *what.said.scope;
    if (what.said.ttl_sec)
      known->expires_at = end_of(what.said.ttl_sec);
  }

  /// The coordinator tells what becomes of an intent by an update whose extensions give the cause.
  static void news(known_intent& known, const heard<intent_update>& what) {
    const auto cause = what.from.extensions ? text_in(*what.from.extensions, "cause").value_or("") : std::string();
    if (cause == "claim_pending" || cause == "claim_objected") {
      known.claimed_by = principal_id(text_in(*what.from.extensions, "claimed_by").value_or(""));
      return;
    }
    const auto state = what.from.extensions ? text_in(*what.from.extensions, "intent_state") : std::nullopt;
    if (state)
      known.is_suspended = *state == suspended;
  }

  void operator()(const heard<intent_withdraw>& what) { on.intents_.erase(what.said.intent_id); }

  void operator()(const heard<intent_claim_status>& what) {
    auto* known = intent(what.said.original_intent_id);
    if (!known)
      return;
    known->claimed_by.reset();
    if (what.said.decision.is(claim_decision::approved))
      on.intents_.erase(what.said.original_intent_id); // the INTENT_CLAIM that is passed on begins the new one
  }

  /// It is passed on once it is approved (docs/intents.md).
  void operator()(const heard<intent_claim>& what) {
    on.intents_.erase(what.said.original_intent_id);
    begin({what.said.new_intent_id, what.from.principal, what.said.objective, what.said.scope, false, {}, end_of({})});
  }

  void operator()(const heard<goodbye>& what) {
    const auto kept = what.said.intent_disposition && !what.said.intent_disposition->is(intent_disposition::withdraw);
    const bool is_left_to_others =
        what.said.intent_disposition && what.said.intent_disposition->is(intent_disposition::transfer);
    if (!kept)
      std::erase_if(on.intents_, [&](const auto& each) { return each.second.principal_id == what.from.principal; });
    else if (is_left_to_others)
      for (auto& [id, known] : on.intents_)
        known.is_suspended |= known.principal_id == what.from.principal;
    on.participants_.erase(what.from.principal);
  }

  void operator()(const heard<session_close>&) {
    on.intents_.clear();
    on.conflicts_.clear();
  }

  void operator()(const heard<conflict_report>& what) {
    on.conflicts_.insert_or_assign(what.said.conflict_id, described(what.said));
  }
  void operator()(const heard<conflict_escalate>& what) {
    auto known = on.conflicts_.find(what.said.conflict_id);
    if (known == on.conflicts_.end() && what.said.escalate_to == on.me_) { // only its parties have been told of it
      known = on.conflicts_.try_emplace(what.said.conflict_id).first;
      known->second.conflict_id = what.said.conflict_id;
    }
    if (known != on.conflicts_.end())
      known->second.escalated_to = what.said.escalate_to;
  }
  void operator()(const heard<resolution>& what) { on.conflicts_.erase(what.said.conflict_id); }

  void operator()(const heard<op_commit>& what) {
    // In `pre_commit` the request looks like the completion; of the workspace's files FILE_UPDATED tells (SPEC 7.8).
    if (what.said.state_ref_after && !(on.info_ && on.info_->execution_model == "pre_commit"))
      on.files_.insert_or_assign(what.said.target, *what.said.state_ref_after);
  }
  void operator()(const heard<op_batch_commit>& what) {
    if (on.info_ && on.info_->execution_model == "pre_commit")
      return;
    for (const auto& each : what.said.operations)
      if (each.state_ref_after)
        on.files_.insert_or_assign(each.target, *each.state_ref_after);
  }
  void operator()(const file_updated& what) { on.files_.insert_or_assign(what.path, what.state_ref); }

  void operator()(const heard<protocol_error>& what) {
    if (!what.said.error_code.is(error_code::participant_unavailable))
      return;
    auto who = what.said.extensions ? text_in(*what.said.extensions, "principal_id") : std::nullopt;
    // Early coordinators put the name where others refer to a message.
    if (!who && what.said.refers_to && on.participants_.contains(principal_id(what.said.refers_to->str())))
      who = what.said.refers_to->str();
    if (!who)
      return;
    person(principal_id(*who)).is_available = false;
    for (auto& [id, known] : on.intents_)
      known.is_suspended |= known.principal_id.str() == *who;
  }

  template <class Other>
  void operator()(const Other&) {}
};

std::vector<const known_intent*> session_view::mine() const {
  std::vector<const known_intent*> found;
  for (const auto& [id, known] : intents_)
    if (known.principal_id == me_ && !known.is_overdue)
      found.push_back(&known);
  return found;
}

std::vector<const known_intent*> session_view::others_on(const protocol::scope& scope) const {
  std::vector<const known_intent*> certain, possible;
  for (const auto& [id, known] : intents_) {
    if (known.principal_id == me_ || known.is_overdue)
      continue;
    const auto shared = overlap(known.scope, scope);
    if (shared)
      (shared.certainty == overlap_certainty::certain ? certain : possible).push_back(&known);
  }
  certain.insert(certain.end(), possible.begin(), possible.end());
  return certain;
}

std::vector<const known_intent*> session_view::others_holding(std::string_view target) const {
  std::vector<const known_intent*> found;
  for (const auto& [id, known] : intents_)
    if (known.principal_id != me_ && !known.is_overdue && covers_target(known.scope, target) != verdict::no)
      found.push_back(&known);
  return found;
}

std::vector<const known_conflict*> session_view::my_conflicts() const {
  std::vector<const known_conflict*> found;
  for (const auto& [id, known] : conflicts_) {
    const bool is_party = std::find(known.parties.begin(), known.parties.end(), me_) != known.parties.end();
    const bool is_about_mine = std::any_of(known.intents.begin(), known.intents.end(), [&](const auto& each) {
      const auto intent = intents_.find(each);
      return intent != intents_.end() && intent->second.principal_id == me_;
    });
    if (is_party || is_about_mine)
      found.push_back(&known);
  }
  return found;
}

void session_view::take(const event& what, base::instant now) {
  std::visit(reader{*this, now}, what);
}

void session_view::look(base::instant now, bool forgets) {
  if (forgets)
    std::erase_if(intents_, [&](const auto& each) { return each.second.expires_at <= now - kept_overdue; });
  for (auto& [id, known] : intents_)
    known.is_overdue = known.expires_at <= now;
}

std::optional<std::string> session_view::missing_in(const message_body& said) const {
  if (!is_whole_)
    return std::nullopt;
  const auto unknown = [&](const intent_id& id) { return !id.empty() && !intents_.contains(id); };
  if (const auto* update = std::get_if<intent_update>(&said); update && unknown(update->intent_id))
    return update->intent_id.str();
  if (const auto* withdrawal = std::get_if<intent_withdraw>(&said); withdrawal && unknown(withdrawal->intent_id))
    return withdrawal->intent_id.str();
  return std::nullopt;
}

void session_view::take(const session_overview& all) {
  participants_.clear();
  for (const auto& each : all.participants)
    participants_[each.principal_id] = {each.principal_id, each.display_name, each.roles, each.is_available};
  auto before = std::move(intents_);
  intents_.clear();
  for (const auto& each : all.active_intents) {
    const auto old = before.find(each.intent_id);
    intents_[each.intent_id] = {each.intent_id,
                                each.principal_id,
                                each.objective,
                                each.scope,
                                each.state == suspended,
                                each.claimed_by,
                                old == before.end() || old->second.is_overdue ? base::never : old->second.expires_at};
  }
  auto known_before = std::move(conflicts_);
  conflicts_.clear();
  for (const auto& each : all.open_conflicts) {
    known_conflict known;
    if (const auto old = known_before.find(each.conflict_id); old != known_before.end())
      known = std::move(old->second); // a report says more than the summary
    known.conflict_id = each.conflict_id;
    known.category = each.category;
    known.severity = each.severity;
    if (known.intents.empty())
      for (const auto& one : {each.intent_a, each.intent_b})
        if (one)
          known.intents.push_back(*one);
    if (known.parties.empty())
      for (const auto& one : {each.principal_a, each.principal_b})
        if (one)
          known.parties.push_back(*one);
    conflicts_.insert_or_assign(each.conflict_id, std::move(known));
  }
  is_whole_ = true;
}

void session_view::take(const file_list_response& files) {
  files_.clear();
  for (const auto& each : files.files)
    files_.insert_or_assign(each.path, each.state_ref);
}

void session_view::take(const file_content& file) {
  files_.insert_or_assign(file.path, file.state_ref);
}

} // namespace mpac::client
