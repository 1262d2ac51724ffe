#include "protocol/wire/policy_json.hpp"

#include "base/clock.hpp"
#include "protocol/resource_registry.hpp"
#include "protocol/wire/json_pieces.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace mpac::protocol {
namespace {

/// Writes one object, member by member, in the order of the calls.
class object {
public:
  object() { writer_.StartObject(); }

  object& put(std::string_view name, std::string_view value) {
    key(name);
    text(value);
    return *this;
  }
  object& put(std::string_view name, bool value) {
    key(name);
    writer_.Bool(value);
    return *this;
  }
  object& put(std::string_view name, double value) {
    key(name);
    writer_.Double(value);
    return *this;
  }
  object& put(std::string_view name, base::duration value) { return put(name, base::to_seconds(value)); }
  object& put(std::string_view name, const json_text& value) {
    key(name);
    write_raw(writer_, buffer_, rapidjson::kObjectType, value.text);
    return *this;
  }
  object& put(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    writer_.StartArray();
    for (const auto& value : values)
      text(value);
    writer_.EndArray();
    return *this;
  }
  template <class E>
  requires std::is_enum_v<E> object& put(std::string_view name, E value) { return put(name, to_word(value)); }

  json_text done() {
    writer_.EndObject();
    return {std::string(buffer_.GetString(), buffer_.GetSize())};
  }

private:
  void key(std::string_view name) { write_text(writer_, buffer_, rapidjson::kStringType, name); }
  void text(std::string_view value) { write_text(writer_, buffer_, rapidjson::kStringType, value); }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
};

json_text json_of(const backend_health_policy& policy) {
  object o;
  o.put("enabled", policy.enabled)
      .put("check_source", policy.check_source)
      .put("check_interval_sec", policy.check_interval)
      .put("on_degraded", policy.on_degraded)
      .put("on_down", policy.on_down)
      .put("auto_switch", policy.auto_switch);
  if (!policy.allowed_providers.empty()) // absent = any (SPEC 14.7.5)
    o.put("allowed_providers", policy.allowed_providers);
  return o.done();
}

} // namespace

json_text json_of(const governance_policy& policy) {
  return object()
      .put("require_arbiter", policy.require_arbiter)
      .put("primary_arbiter", policy.primary_arbiter)
      .put("parties_may_resolve", policy.parties_may_resolve)
      .put("resolution_timeout_sec", policy.resolution_timeout)
      .put("timeout_action", policy.timeout_action)
      .put("frozen_scope_behavior", policy.frozen_scope_behavior)
      .put("frozen_scope_phase_1_sec", policy.frozen_scope_phase_1)
      .put("frozen_scope_phase_2_sec", policy.frozen_scope_phase_2)
      .put("frozen_scope_phase_3_action", policy.frozen_scope_phase_3_action)
      .put("frozen_scope_disable_phase_3", policy.frozen_scope_disable_phase_3)
      .put("intent_expiry_grace_sec", policy.intent_expiry_grace)
      .done();
}

json_text json_of(const liveness_policy& policy) {
  return object()
      .put("heartbeat_interval_sec", policy.heartbeat_interval)
      .put("unavailability_timeout_sec", policy.unavailability_timeout)
      .put("orphaned_intent_action", policy.orphaned_intent_action)
      .put("orphaned_proposal_action", policy.orphaned_proposal_action)
      .put("intent_claim_approval", policy.intent_claim_approval)
      .put("intent_claim_grace_period_sec", policy.intent_claim_grace_period)
      .put("intent_backoff_initial_sec", policy.intent_backoff_initial)
      .put("intent_backoff_max_sec", policy.intent_backoff_max)
      .put("intent_backoff_multiplier", policy.intent_backoff_multiplier)
      .put("default_intent_ttl_sec", policy.default_intent_ttl)
      .put("default_deferral_ttl_sec", policy.default_deferral_ttl)
      .put("backend_health_policy", json_of(policy.backend_health_policy))
      .done();
}

json_text json_of(const lifecycle_policy& policy) {
  return object()
      .put("auto_close", policy.auto_close)
      .put("auto_close_grace_sec", policy.auto_close_grace)
      .put("session_ttl_sec", policy.session_ttl)
      .put("transcript_export", policy.transcript_export)
      .put("audit_retention_days", static_cast<double>(policy.audit_retention_days))
      .done();
}

json_text json_of(const role_policy& policy) {
  object o, constraints;
  if (policy.default_role)
    o.put("default_role", *policy.default_role);
  for (const auto& [role, constraint] : policy.role_constraints) {
    object one;
    if (constraint.max_count)
      one.put("max_count", static_cast<double>(*constraint.max_count));
    if (!constraint.allowed_principal_types.empty())
      one.put("allowed_principal_types", constraint.allowed_principal_types);
    constraints.put(role, one.done());
  }
  return o.put("role_constraints", constraints.done()).done();
}

json_text json_of(const resource_registry& registry) {
  std::string mappings;
  for (const auto& mapping : registry.mappings()) {
    std::string aliases;
    for (const auto& alias : mapping.aliases)
      aliases += (aliases.empty() ? "" : ",") + json_object({{"kind", alias.kind}, {"value", alias.value}}).text;
    const auto head = json_object({{"canonical_uri", mapping.canonical_uri}}).text;
    mappings += (mappings.empty() ? "" : ",") + head.substr(0, head.size() - 1) + ",\"aliases\":[" + aliases + "]}";
  }
  return {"{\"mappings\":[" + mappings + "]}"};
}

json_text json_object(std::initializer_list<std::pair<std::string_view, std::string_view>> members,
                      std::string_view flag) {
  object o;
  if (!flag.empty())
    o.put(flag, true);
  for (const auto& [name, value] : members)
    o.put(name, value);
  return o.done();
}

} // namespace mpac::protocol
