#include "protocol/wire/snapshot_encoder.hpp"

#include "protocol/session.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/json_pieces.hpp"
#include "protocol/wire/policy_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::protocol {
namespace {

/// Writes members; what has no value is null, which existing readers take for absent (unlike in messages).
class page {
public:
  page() { out_.StartObject(); }

  void put(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void put(std::string_view name, const std::string& value) { put(name, std::string_view(value)); }
  void put(std::string_view name, const char* value) { put(name, std::string_view(value)); }
  void put(std::string_view name, bool value) {
    key(name);
    out_.Bool(value);
  }
  void put(std::string_view name, std::uint64_t value) {
    key(name);
    out_.Uint64(value);
  }
  void put(std::string_view name, base::duration value) {
    key(name);
    out_.Double(base::to_seconds(value));
  }
  void put(std::string_view name, base::instant value) {
    key(name);
    if (value == base::never)
      out_.Null();
    else
      text(base::to_rfc3339(value));
  }
  void put(std::string_view name, std::nullopt_t) {
    key(name);
    out_.Null();
  }
  void put(std::string_view name, const json_text& value) {
    key(name);
    write_raw(out_, buffer_, rapidjson::kObjectType, value.text);
  }
  template <class Tag>
  void put(std::string_view name, const base::strong_id<Tag>& value) {
    put(name, value.str());
  }
  template <class Value>
  void put(std::string_view name, const std::optional<Value>& value) {
    if (value)
      put(name, *value);
    else
      put(name, std::nullopt);
  }
  template <class Value>
  void put(std::string_view name, const std::vector<Value>& values) {
    key(name);
    out_.StartArray();
    for (const auto& value : values)
      text(value);
    out_.EndArray();
  }
  /// An object: `fill` writes its members.
  template <class Fill>
  void object(std::string_view name, Fill&& fill) {
    key(name);
    out_.StartObject();
    fill();
    out_.EndObject();
  }
  /// A list of objects: `fill` writes the members of one entry.
  template <class Entries, class Fill>
  void list(std::string_view name, const Entries& entries, Fill&& fill) {
    key(name);
    out_.StartArray();
    for (const auto& entry : entries) {
      out_.StartObject();
      fill(entry);
      out_.EndObject();
    }
    out_.EndArray();
  }

  [[nodiscard]] std::string done() {
    out_.EndObject();
    return {buffer_.GetString(), buffer_.GetSize()};
  }

private:
  void key(std::string_view name) { write_text(out_, buffer_, rapidjson::kStringType, name); }
  void text(std::string_view value) { write_text(out_, buffer_, rapidjson::kStringType, value); }
  template <class Tag>
  void text(const base::strong_id<Tag>& value) {
    text(value.str());
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> out_{buffer_};
};

void write_anti_replay(page& to, const session& facts) {
  to.object("anti_replay", [&] {
    to.put("replay_window_sec", facts.policy().security.replay_window);
    std::vector<message_id> recent;
    for (const auto& who : facts.people())
      if (!who.last_message.empty())
        recent.push_back(who.last_message);
    to.put("recent_message_ids", recent);
    to.object("sender_frontier", [&] {
      for (const auto& who : facts.people())
        to.object(who.principal_id.str() + '|' + who.instance.str(), [&] {
          to.put("last_ts", who.last_seen);
          to.put("last_lamport", who.lamport);
        });
    });
  });
}

void write_participant(page& to, const participant_record& who) {
  to.put("principal_id", who.principal_id);
  to.put("principal_type", to_word(who.type));
  to.put("sender_instance_id", who.instance);
  to.put("display_name", who.display_name);
  to.put("roles", who.roles);
  to.put("capabilities", who.capabilities);
  to.put("status", who.status);
  to.put("is_available", who.is_available);
  to.put("departed", who.departed);
  to.put("joined_at", who.joined_at);
  to.put("last_seen", who.last_seen);
  if (who.backend) { // in the members that existing readers look for
    to.put("backend_model_id", who.backend->model_id);
    to.put("backend_provider", who.backend->provider);
    to.put("backend_provider_status", who.backend->status);
  }
}

void write_intent(page& to, const intent_record& intent, intent_state state, const pending_claims& claims) {
  to.put("intent_id", intent.intent_id);
  to.put("principal_id", intent.principal_id);
  to.put("objective", intent.objective);
  to.put("state", to_string(state));
  to.put("scope", json_text{to_json(intent.scope)});
  to.put("assumptions", intent.assumptions);
  to.put("priority", to_word(intent.priority));
  to.put("parent_intent_id", intent.parent_intent_id);
  to.put("received_at", intent.received_at);
  to.put("ttl_sec", intent.ttl);
  to.put("expires_at", intent.expires_at);
  to.put("last_message_id", intent.last_message);
  const auto* claim = is_terminal(intent.state) ? nullptr : claims.on(intent.intent_id);
  to.put("claimed_by", claim ? claim->claimant : intent.claimed_by);
}

void write_claim(page& to, const claim_record& claim) {
  to.put("claim_id", claim.claim_id);
  to.put("original_intent_id", claim.original_intent_id);
  to.put("original_principal_id", claim.original_principal_id);
  to.put("new_intent_id", claim.new_intent_id);
  to.put("claimer_principal_id", claim.claimant);
  to.put("objective", claim.objective);
  to.put("scope", json_text{to_json(claim.scope)});
  to.put("justification", claim.justification);
  to.put("submitted_at", claim.submitted_at);
  to.put("decision", claim.decision ? std::optional(to_word(*claim.decision)) : std::nullopt);
  to.put("approved_by", claim.approved_by);
  to.put("reason", claim.reason);
}

void write_deferral(page& to, const deferral_record& deferral) {
  to.put("deferral_id", deferral.deferral_id);
  to.put("principal_id", deferral.principal_id);
  to.put("scope", deferral.scope ? std::optional(json_text{to_json(*deferral.scope)}) : std::nullopt);
  to.put("reason", deferral.reason);
  to.put("observed_intent_ids", deferral.observed_intent_ids);
  to.put("observed_principals", deferral.observed_principals);
  to.put("expires_at", deferral.expires_at);
}

/// Which operation each of them goes on from: the last one before it that left its target in the state it starts from.
/// The chain is told and changes nothing (SPEC 16.5, O-109).
class chain {
public:
  std::optional<op_id> next(const operation_record& operation) {
    std::optional<op_id> before;
    const bool has_happened =
        operation.state == operation_state::committed || operation.state == operation_state::superseded;
    if (!has_happened)
      return before;
    if (operation.state_ref_before)
      if (const auto found = last_.find({operation.target, *operation.state_ref_before}); found != last_.end())
        before = found->second;
    if (operation.state_ref_after)
      last_.insert_or_assign({operation.target, *operation.state_ref_after}, operation.op_id);
    return before;
  }

private:
  std::map<std::pair<std::string_view, std::string_view>, op_id> last_;
};

void write_operation(page& to, const operation_record& operation, const std::optional<op_id>& follows) {
  to.put("op_id", operation.op_id);
  to.put("intent_id", operation.intent_id);
  to.put("principal_id", operation.principal_id);
  to.put("state", to_string(operation.state));
  to.put("target", operation.target);
  to.put("op_kind", operation.op_kind);
  to.put("state_ref_before", operation.state_ref_before);
  to.put("state_ref_after", operation.state_ref_after);
  to.put("batch_id", operation.batch_id);
  to.put("authorized_at", operation.authorised_at);
  to.put("authorized_by", operation.authorised_by);
  to.put("created_at", operation.created_at);
  to.put("uncoordinated", operation.uncoordinated);
  to.put("outside_scope", operation.outside_scope);
  to.put("contested", operation.contested);
  to.put("supersedes", operation.supersedes);
  to.put("superseded_by", operation.superseded_by);
  to.put("follows", follows);
  to.put("refuse_at", operation.refuse_at);
}

constexpr std::array<std::string_view, 4> freeze_phases{"none", "resolution", "priority", "held"};

void write_conflict(page& to, const conflict_record& conflict) {
  to.put("conflict_id", conflict.conflict_id);
  to.put("category", conflict.category.text());
  to.put("severity", conflict.severity.text());
  to.put("description", conflict.description);
  to.put("principal_a", conflict.principal_a);
  to.put("principal_b", conflict.principal_b);
  to.put("intent_a", conflict.intent_a);
  to.put("intent_b", conflict.intent_b);
  to.put("state", to_string(conflict.state));
  to.put("related_intents", conflict.related_intents);
  to.put("related_ops", conflict.related_ops);
  if (!conflict.outlived_ops.empty()) // ids that stand for others by now
    to.put("outlived_ops", conflict.outlived_ops);
  if (!conflict.outlived_commits.empty())
    to.put("outlived_commits", conflict.outlived_commits);
  to.put("created_at", conflict.created_at);
  to.put("escalated_to", conflict.escalated_to);
  to.put("escalated_at", conflict.escalated_at);
  to.put("resolution_id", conflict.resolution_id);
  to.put("resolved_by", conflict.resolved_by);
  to.put("decision", conflict.decision);
  to.put("scope_frozen", conflict.phase != freeze_phase::none);
  to.put("frozen_at", conflict.frozen_at);
  to.put("freeze_phase", freeze_phases[static_cast<std::size_t>(conflict.phase)]);
  std::string parts;
  for (const auto& part : conflict.frozen)
    parts += (parts.empty() ? "" : ",") + to_json(part);
  to.put("frozen_scope", json_text{"[" + parts + "]"});
  to.put("passing_intent", conflict.passing);
  to.put("next_step_at", conflict.next_step);
  to.put("basis", conflict.basis.text());
  to.put("uncertain", conflict.uncertain);
}

/// Remembered and live records in the order in which they began.
template <class Record, class Past, class Before>
std::vector<const Record*> joined(const Past& past, std::vector<const Record*> live, Before before) {
  past.for_each([&](const Record& record) { live.push_back(&record); });
  std::stable_sort(live.begin(), live.end(), [&](const Record* a, const Record* b) { return before(*a, *b); });
  return live;
}

template <class Record>
std::vector<const Record*> all_of(const session&);

template <>
std::vector<const intent_record*> all_of(const session& facts) {
  return joined(facts.past_intents(), facts.intents().all(),
                [](const intent_record& a, const intent_record& b) { return a.order < b.order; });
}
template <>
std::vector<const operation_record*> all_of(const session& facts) {
  return joined(facts.past_operations(), facts.proposals().all(),
                [](const operation_record& a, const operation_record& b) { return a.order < b.order; });
}
template <>
std::vector<const conflict_record*> all_of(const session& facts) {
  return joined(facts.past_conflicts(), facts.conflicts().all(),
                [](const conflict_record& a, const conflict_record& b) { return a.order < b.order; });
}

template <>
std::vector<const claim_record*> all_of(const session& facts) {
  return joined(facts.past_claims(), facts.claims().all(),
                [](const claim_record& a, const claim_record& b) { return a.order < b.order; });
}

void write_targets(page& to, const session& facts) {
  std::map<std::string_view, std::string_view> refs;
  for (const auto& [target, ref] : facts.target_refs())
    refs.emplace(target, ref);
  for (const auto& [path, file] : facts.files().files())
    refs.insert_or_assign(path, file.state_ref()); // the content has the last word
  to.object("target_state_refs", [&] {
    for (const auto& [target, ref] : refs)
      to.put(target, ref);
  });
}

} // namespace

std::string snapshot_json(const session& facts, base::instant now) {
  const auto& policy = facts.policy();
  page to;
  to.put("snapshot_version", std::uint64_t{2});
  to.put("session_id", facts.origin().id);
  to.put("protocol_version", policy.protocol_version);
  to.put("captured_at", now);
  to.put("created_at", facts.origin().created_at);
  to.put("coordinator_epoch", facts.origin().epoch);
  to.put("lamport_clock", facts.lamport());
  to.put("sequence", facts.sequence());
  write_anti_replay(to, facts);
  to.list("participants", facts.people(), [&](const participant_record& who) { write_participant(to, who); });
  to.list("intents", all_of<intent_record>(facts),
          [&](const auto* intent) { write_intent(to, *intent, facts.state_of(*intent, now), facts.claims()); });
  to.list("operations", all_of<operation_record>(facts),
          [&, links = chain()](const auto* one) mutable { write_operation(to, *one, links.next(*one)); });
  to.list("conflicts", all_of<conflict_record>(facts), [&](const auto* conflict) { write_conflict(to, *conflict); });
  write_targets(to, facts);
  to.list("deferrals", facts.deferrals().all(), [&](const auto* deferral) { write_deferral(to, *deferral); });
  to.list("claims", all_of<claim_record>(facts), [&](const auto* claim) { write_claim(to, *claim); });
  to.list("pending_claims", facts.claims().all(), [&](const auto* claim) { write_claim(to, *claim); });
  to.put("session_closed", facts.ended().has_value());
  to.put("close_reason", facts.ended() ? std::optional(to_word(*facts.ended())) : std::nullopt);
  to.put("security_profile", to_word(policy.security_profile));
  to.put("compliance_profile", to_word(policy.compliance_profile));
  to.put("execution_model", to_word(policy.execution_model));
  to.put("governance_policy", json_of(policy.governance));
  to.put("liveness_policy", json_of(policy.liveness));
  to.put("lifecycle_policy", json_of(policy.lifecycle));
  return to.done();
}

} // namespace mpac::protocol
