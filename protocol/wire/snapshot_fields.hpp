// What a snapshot holds of each record and of the policy (SPEC 8.1.1.2): one table each, from which it is written and
// read. The specification's members come first, then those existing readers know, then what a faithful return needs.
#pragma once

#include "protocol/policy.hpp"
#include "protocol/resource_registry.hpp"
#include "protocol/session_image.hpp"

#include <string_view>
#include <tuple>

namespace mpac::protocol {

/// One member. Where it is missing or null, the record's own default holds, unless it must be there.
template <class Struct, class Member>
struct kept_field {
  std::string_view name;
  Member Struct::*member;
  bool is_required;
};
template <class Struct, class Member>
constexpr kept_field<Struct, Member> must(std::string_view name, Member Struct::*member) {
  return {name, member, true};
}
template <class Struct, class Member>
constexpr kept_field<Struct, Member> may(std::string_view name, Member Struct::*member) {
  return {name, member, false};
}

/// Specialised for each record: `static constexpr auto table = std::tuple{must("op_id", …), may(…), …};`
template <class T>
struct kept;

template <class T>
concept kept_as_table = requires {
  kept<T>::table;
};

// Words of our own.

template <>
struct word_list<suspension_cause> : closed_list {
  static constexpr auto words = words_in_order<suspension_cause>("owner_unavailable", "owner_left", "backend");
};
template <>
struct word_list<freeze_phase> : closed_list {
  static constexpr auto words = words_in_order<freeze_phase>("none", "resolution", "priority", "held");
};
template <>
struct word_list<claim_wait> : closed_list {
  static constexpr auto words = words_in_order<claim_wait>("grace", "approver", "word");
};

// Records.

/// Beside them stand its `extensions`, which are JSON.
template <>
struct kept<scope> {
  static constexpr auto table =
      std::tuple{must("kind", &scope::kind_text),       may("resources", &scope::resources),
                 may("pattern", &scope::pattern),       may("task_ids", &scope::task_ids),
                 may("expression", &scope::expression), may("language", &scope::language),
                 may("entities", &scope::entities),     may("canonical_uris", &scope::canonical_uris)};
};

template <>
struct kept<participant_record> {
  using r = participant_record;
  static constexpr auto table =
      std::tuple{must("principal_id", &r::principal_id),  may("principal_type", &r::type),
                 may("display_name", &r::display_name),   may("roles", &r::roles),
                 may("capabilities", &r::capabilities),   may("status", &r::status),
                 may("is_available", &r::is_available),   may("last_seen", &r::last_seen),
                 may("sender_instance_id", &r::instance), may("departed", &r::departed),
                 may("joined_at", &r::joined_at),         may("last_message_id", &r::last_message),
                 may("last_lamport", &r::lamport),        may("away_since", &r::away_since),
                 may("coordinator_epoch", &r::epoch)};
};

/// Members of the participant's own object, as existing readers look for them.
template <>
struct kept<backend_record> {
  using r = backend_record;
  static constexpr auto table =
      std::tuple{must("backend_model_id", &r::model_id),     may("backend_provider", &r::provider),
                 may("backend_provider_status", &r::status), may("backend_alerted", &r::alerted),
                 may("backend_switch_agreed", &r::agreed),   may("backend_switch_denied", &r::denied)};
};

template <>
struct kept<intent_record> {
  using r = intent_record;
  static constexpr auto table = std::tuple{must("intent_id", &r::intent_id),
                                           must("principal_id", &r::principal_id),
                                           may("objective", &r::objective),
                                           must("state", &r::state),
                                           must("scope", &r::scope),
                                           may("received_at", &r::received_at),
                                           may("ttl_sec", &r::ttl),
                                           may("expires_at", &r::expires_at),
                                           may("last_message_id", &r::last_message),
                                           may("claimed_by", &r::claimed_by),
                                           may("assumptions", &r::assumptions),
                                           may("priority", &r::priority),
                                           may("parent_intent_id", &r::parent_intent_id),
                                           may("suspension_cause", &r::suspension_cause),
                                           may("committed_under", &r::committed_under),
                                           may("order", &r::order),
                                           may("ended_with", &r::ended_with)};
};

template <>
struct kept<operation_record> {
  using r = operation_record;
  static constexpr auto table = std::tuple{must("op_id", &r::op_id),
                                           may("intent_id", &r::intent_id),
                                           may("principal_id", &r::principal_id),
                                           must("state", &r::state),
                                           must("target", &r::target),
                                           may("op_kind", &r::op_kind),
                                           may("state_ref_before", &r::state_ref_before),
                                           may("state_ref_after", &r::state_ref_after),
                                           may("batch_id", &r::batch_id),
                                           may("authorized_at", &r::authorised_at),
                                           may("authorized_by", &r::authorised_by),
                                           may("created_at", &r::created_at),
                                           may("uncoordinated", &r::uncoordinated),
                                           may("outside_scope", &r::outside_scope),
                                           may("contested", &r::contested),
                                           may("supersedes", &r::supersedes),
                                           may("superseded_by", &r::superseded_by),
                                           may("refuse_at", &r::refuse_at),
                                           may("batch_atomicity", &r::batch_atomicity),
                                           may("files", &r::files),
                                           may("order", &r::order),
                                           may("compared_with", &r::compared_with),
                                           may("settled_with", &r::settled_with)};
};

template <>
struct kept<conflict_record> {
  using r = conflict_record;
  static constexpr auto table = std::tuple{must("conflict_id", &r::conflict_id),
                                           may("category", &r::category),
                                           may("severity", &r::severity),
                                           may("description", &r::description),
                                           may("principal_a", &r::principal_a),
                                           may("principal_b", &r::principal_b),
                                           may("intent_a", &r::intent_a),
                                           may("intent_b", &r::intent_b),
                                           must("state", &r::state),
                                           may("related_intents", &r::related_intents),
                                           may("related_ops", &r::related_ops),
                                           may("created_at", &r::created_at),
                                           may("escalated_to", &r::escalated_to),
                                           may("escalated_at", &r::escalated_at),
                                           may("resolution_id", &r::resolution_id),
                                           may("resolved_by", &r::resolved_by),
                                           may("decision", &r::decision),
                                           may("frozen_at", &r::frozen_at),
                                           may("freeze_phase", &r::phase),
                                           may("frozen_scope", &r::frozen),
                                           may("passing_intent", &r::passing),
                                           may("next_step_at", &r::next_step),
                                           may("basis", &r::basis),
                                           may("uncertain", &r::uncertain),
                                           may("outlived_ops", &r::outlived_ops),
                                           may("outlived_commits", &r::outlived_commits),
                                           may("dependency_detail", &r::dependency_detail),
                                           may("intents_by_then", &r::intents_by_then),
                                           may("based_on", &r::based_on),
                                           may("order", &r::order),
                                           may("opened_with", &r::opened_with),
                                           may("ended_with", &r::ended_with)};
};

template <>
struct kept<claim_record> {
  using r = claim_record;
  static constexpr auto table = std::tuple{must("claim_id", &r::claim_id),
                                           must("original_intent_id", &r::original_intent_id),
                                           may("original_principal_id", &r::original_principal_id),
                                           must("new_intent_id", &r::new_intent_id),
                                           must("claimer_principal_id", &r::claimant),
                                           may("objective", &r::objective),
                                           must("scope", &r::scope),
                                           may("justification", &r::justification),
                                           may("submitted_at", &r::submitted_at),
                                           may("approved_by", &r::approved_by),
                                           may("reason", &r::reason),
                                           may("waits_for", &r::waits_for),
                                           may("approve_at", &r::approve_at),
                                           may("order", &r::order)};
};

template <>
struct kept<deferral_record> {
  using r = deferral_record;
  static constexpr auto table = std::tuple{must("deferral_id", &r::deferral_id),
                                           must("principal_id", &r::principal_id),
                                           may("scope", &r::scope),
                                           may("reason", &r::reason),
                                           may("observed_intent_ids", &r::observed_intent_ids),
                                           may("observed_principals", &r::observed_principals),
                                           may("expires_at", &r::expires_at)};
};

template <>
struct kept<announce_backoff> {
  using r = announce_backoff;
  static constexpr auto table =
      std::tuple{must("scope", &r::scope), may("refusals", &r::refusals), may("refused_at", &r::refused_at),
                 may("until", &r::until), may("forget_at", &r::forget_at)};
};

template <>
struct kept<contested_operations::entry> {
  using r = contested_operations::entry;
  static constexpr auto table =
      std::tuple{must("op_id", &r::op_id), must("target", &r::target), may("state_ref_before", &r::state_ref_before),
                 may("rollback", &r::rollback)};
};

template <>
struct kept<session_totals> {
  using r = session_totals;
  static constexpr auto table = std::tuple{may("intents", &r::intents),
                                           may("completed_intents", &r::completed_intents),
                                           may("expired_intents", &r::expired_intents),
                                           may("withdrawn_intents", &r::withdrawn_intents),
                                           may("operations", &r::operations),
                                           may("committed_operations", &r::committed_operations),
                                           may("rejected_operations", &r::rejected_operations),
                                           may("abandoned_operations", &r::abandoned_operations),
                                           may("conflicts", &r::conflicts),
                                           may("resolved_conflicts", &r::resolved_conflicts),
                                           may("participants", &r::participants)};
};

template <>
struct kept<session_limits> {
  using r = session_limits;
  static constexpr auto table =
      std::tuple{may("participants", &r::participants), may("intents_per_participant", &r::intents_per_participant)};
};

} // namespace mpac::protocol
