// Ailing model backends and their replacement (SPEC 14.3.1, 14.7.5).
#include "protocol/rules/presence.hpp"
#include "protocol/wire/extension.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

using backend_policy = backend_health_policy;

/// `vendor` of `vendor/model` (O-059).
std::string provider_of(const std::string& model_id) {
  const auto slash = model_id.find('/');
  return slash == std::string::npos ? std::string{} : model_id.substr(0, slash);
}

/// Whose model it is: its name tells, or else who declares it.
std::string provider_told(const std::string& model_id, const std::optional<std::string>& told) {
  auto named = provider_of(model_id);
  return named.empty() ? told.value_or(std::string{}) : named;
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names)
    text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

bool is_allowed(const std::string& provider, const backend_policy& policy) {
  const auto& allowed = policy.allowed_providers;
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), provider) != allowed.end();
}

/// Why nobody may switch to a provider, whatever was agreed.
std::optional<std::string> ban(const std::string& provider, const backend_policy& policy) {
  if (policy.auto_switch == backend_switching::forbidden)
    return "backend_health_policy.auto_switch is forbidden: this session lets nobody switch";
  if (!is_allowed(provider, policy))
    return "provider '" + provider + "' is not in allowed_providers: " + list(policy.allowed_providers);
  return std::nullopt;
}

/// Why this switch is refused (SPEC 14.3.1).
std::optional<std::string> obstacle(const std::string& model_id, const std::string& provider, const backend_record& old,
                                    const backend_policy& policy) {
  const bool is_agreed = old.agreed == model_id;
  if (is_agreed && provider.empty()) // its plan has named one
    return policy.auto_switch == backend_switching::forbidden ? ban({}, policy) : std::nullopt;
  if (auto why = ban(provider, policy))
    return why;
  if (is_agreed)
    return std::nullopt;
  if (policy.auto_switch == backend_switching::notify_first)
    return "backend_health_policy.auto_switch is notify_first: plan the switch to '" + model_id +
           "' with INTENT_UPDATE extensions.backend_switch, and wait for its acknowledgement";
  return std::nullopt;
}

/// Nobody has to be answered twice for the same wish: the message itself stands, so this takes nothing back.
void deny(const std::string& why, const incoming& from, draft& out) {
  out.tell(audience::at(from.seat),
           protocol_error{error_code::backend_switch_denied, from.message.message_id, why, {}});
}

void alert(audience to, const principal_id& about, backend_detail detail, bool suspends, draft& out) {
  auto status = status_of(coordinator_event::backend_alert, out);
  if (suspends && status.session_health == session_health::healthy && out.facts().intents().count_of(about) != 0)
    status.session_health = session_health::degraded; // what somebody else has to take over waits (O-020)
  status.affected_principal = about;
  status.backend_detail = std::move(detail);
  out.tell(std::move(to), std::move(status));
}

std::optional<backend_reaction> reaction_to(std::optional<provider_status> status, const backend_policy& policy) {
  if (status == provider_status::degraded)
    return policy.on_degraded;
  if (status == provider_status::down)
    return policy.on_down;
  return std::nullopt; // `unknown` is recorded alone (O-056)
}

/// Why somebody who has not left may not come again with another model.
std::optional<std::string> switch_by_hello(const hello& said, const participant_record* known,
                                           const session_policy& policy) {
  const auto& rules = policy.liveness.backend_health_policy;
  const bool switches = rules.enabled && known && !known->departed && known->backend &&
                        !known->backend->model_id.empty() && known->backend->model_id != said.backend->model_id;
  const auto& model_id = said.backend->model_id;
  return switches ? obstacle(model_id, provider_told(model_id, said.backend->provider), *known->backend, rules)
                  : std::nullopt;
}

void note(const participant_record& who, backend_record now, draft& out) {
  if (!who.backend || *who.backend != now)
    out.note(backend_changed{who.principal_id, std::make_shared<const backend_record>(std::move(now))});
}

} // namespace

std::shared_ptr<const backend_record> backend_at_hello(const hello& said, const participant_record* known,
                                                       const session_policy& policy) {
  const auto old = known ? known->backend : nullptr;
  if (!said.backend || (old && old->model_id == said.backend->model_id) || switch_by_hello(said, known, policy))
    return old;
  backend_record declared;
  declared.model_id = said.backend->model_id;
  declared.provider = said.backend->provider.value_or(provider_of(said.backend->model_id));
  declared.alerted = old && old->alerted; // its end is still to be told
  return std::make_shared<const backend_record>(std::move(declared));
}

std::optional<std::string> unwelcome_backend(const hello& said, const participant_record* known,
                                             const session_policy& policy) {
  const auto& rules = policy.liveness.backend_health_policy;
  if (!rules.enabled || !said.backend)
    return std::nullopt;
  if (auto why = switch_by_hello(said, known, policy))
    return "backend: " + *why;
  const auto provider = provider_told(said.backend->model_id, said.backend->provider);
  if (is_allowed(provider, rules))
    return std::nullopt;
  return "backend: provider '" + provider + "' is not in allowed_providers: " + list(rules.allowed_providers);
}

void consider_backend(const backend_health& said, const incoming& from, draft& out) {
  const auto& policy = out.policy().liveness.backend_health_policy;
  if (!policy.enabled)
    return;
  const auto& who = *from.who;
  const bool is_new = !who.backend;
  backend_record now = is_new ? backend_record{} : *who.backend;
  const bool switches = said.model_id != now.model_id && (!is_new || said.switched_from);
  if (switches) {
    if (const auto why = obstacle(said.model_id, provider_of(said.model_id), now, policy)) {
      // The model on record stays, and so does what is known of its health (O-059).
      if (now.denied == said.model_id)
        return;
      now.denied = said.model_id;
      note(who, std::move(now), out);
      return deny(*why, from, out);
    }
    now.agreed.reset();
  }
  now.denied.reset();
  if (switches || is_new) { // O-060
    now.model_id = said.model_id;
    now.provider = provider_of(said.model_id);
  }
  const bool has_changed = switches || now.status != said.provider_status.text();
  now.status = said.provider_status.text();
  if (!has_changed)
    return note(who, std::move(now), out);

  const auto status = said.provider_status.known();
  const auto reaction = reaction_to(status, policy);
  const bool is_trouble = reaction && *reaction != backend_reaction::ignore;
  const bool suspends = reaction == backend_reaction::suspend_and_claim;
  const bool is_well = status == provider_status::operational;
  // Trouble, its end, and an accepted switch are told; nothing else is.
  if (is_trouble || switches || (is_well && now.alerted)) {
    now.alerted = is_trouble || (now.alerted && !is_well);
    alert(audience::all(), who.principal_id,
          {now.model_id, said.provider_status, said.status_detail, said.alternatives}, suspends, out);
  }
  for (const auto* intent : out.facts().intents().of(who.principal_id)) {
    if (suspends)
      suspend_intent(*intent, suspension_cause::backend, out);
    else if (is_well || switches) // O-057
      restore_intent(*intent, suspension_cause::backend, out);
  }
  note(who, std::move(now), out);
}

bool plans_switch(const incoming& from) {
  return extension_in(from.frame->payload(), "backend_switch").has_value();
}

void consider_planned_switch(const incoming& from, draft& out) {
  const auto& policy = out.policy().liveness.backend_health_policy;
  if (!policy.enabled)
    return;
  const auto plan = extension_in(from.frame->payload(), "backend_switch");
  if (!plan)
    return;
  const auto model_id = text_in(*plan, "model_id");
  if (!model_id || model_id->empty())
    return deny("extensions.backend_switch.model_id: a text is needed", from, out);
  if (const auto why = ban(provider_told(*model_id, text_in(*plan, "provider")), policy))
    return deny(*why, from, out);
  backend_record now = from.who->backend ? *from.who->backend : backend_record{};
  now.agreed = *model_id;
  now.denied.reset();
  note(*from.who, std::move(now), out);
  // Told to the seat it came from, the alert names the message it acknowledges (O-058).
  alert(audience::at(from.seat), from.who->principal_id, {*model_id, provider_status::unknown, {}, {}}, false, out);
}

} // namespace mpac::protocol::rules
