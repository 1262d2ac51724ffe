#include "protocol/rules/presence.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/extension.hpp"
#include "protocol/wire/local_state.hpp"
#include "protocol/wire/policy_json.hpp"
#include "protocol/wire/security_json.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

/// What is given of what was asked (SPEC 23.1.5), with the reasons for any difference.
struct grant {
  std::vector<std::string> roles;
  std::vector<std::string> differences;
};

/// How many roles one participant may have: they are looked through whenever it changes.
constexpr std::size_t most_roles = 32;

bool holds(const participant_record* who, const std::string& role) {
  return who && !who->departed && std::find(who->roles.begin(), who->roles.end(), role) != who->roles.end();
}

/// Why a role is not for this principal now, whoever it is assigned to.
std::optional<std::string> constraint_on(const role_policy& rules, const std::string& role, const principal_id& who,
                                         principal_type type, const roster& people) {
  const auto constraint = rules.role_constraints.find(role);
  if (constraint == rules.role_constraints.end())
    return std::nullopt;
  const auto& types = constraint->second.allowed_principal_types;
  if (!types.empty() && std::find(types.begin(), types.end(), to_word(type)) == types.end())
    return "it is not for principals of type " + std::string(to_word(type));
  if (constraint->second.max_count) {
    const auto others = people.holders(role) - holds(people.find(who), role);
    if (others >= *constraint->second.max_count)
      return "it is taken by as many as may have it";
  }
  return std::nullopt;
}

/// Who asks for roles, and what its credential says of them.
struct applicant {
  const principal_id& who;
  principal_type type;
  const verified_identity* identity; ///< null in the open profile

  /// The roles that are meant for it: those of its credential, where that names any, else of the policy (SPEC 23.1.5).
  /// Null: nobody has said.
  [[nodiscard]] const std::vector<std::string>* assigned(const role_policy& rules) const {
    if (identity && identity->roles)
      return &*identity->roles;
    const auto found = rules.role_assignments.find(who.str());
    return found == rules.role_assignments.end() ? nullptr : &found->second;
  }
};

/// Whether a role gives rights that none of those assigned to this principal gives: asking for what one may not have
/// must not bring more than the assignment would.
bool is_beyond(const std::vector<std::string>* assigned, const std::string& role) {
  if (!assigned)
    return false;
  const auto offered = rights_of({role}), mine = rights_of(*assigned);
  return (offered.act && !mine.act) || (offered.review && !mine.review) || (offered.resolve && !mine.resolve) ||
         (offered.arbitrate && !mine.arbitrate);
}

std::optional<std::string> obstacle(const role_policy& rules, const std::string& role, const applicant& from,
                                    const roster& people) {
  const auto* assigned = from.assigned(rules);
  const bool is_meant =
      assigned ? std::find(assigned->begin(), assigned->end(), role) != assigned->end() : rules.default_role == role;
  if (!is_meant)
    return from.identity && from.identity->roles ? "the credential does not grant it"
                                                 : "the role policy does not assign it";
  return constraint_on(rules, role, from.who, from.type, people);
}

grant grant_roles(const session& facts, const hello& said, const applicant& from) {
  grant given;
  static const role_policy nobodys; // beyond the open profile nothing is given that nobody has assigned (SPEC 23.1.5)
  const bool is_open = facts.policy().security_profile == security_profile::open;
  const auto* rules = facts.policy().role_policy ? &*facts.policy().role_policy : is_open ? nullptr : &nobodys;
  for (const auto& role : said.roles) {
    if (std::find(given.roles.begin(), given.roles.end(), role) != given.roles.end())
      continue;
    if (given.roles.size() == most_roles) {
      given.differences.push_back("nobody has more than " + std::to_string(most_roles) + " roles");
      break;
    }
    const auto why = rules ? obstacle(*rules, role, from, facts.people()) : std::nullopt;
    if (why)
      given.differences.push_back("role '" + role + "' was not granted: " + *why);
    else
      given.roles.push_back(role);
  }
  if (!given.roles.empty())
    return given;
  // O-154: never refuse HELLO for its roles; the default role is subject to the same constraints.
  std::string fallback = rules && rules->default_role ? *rules->default_role : is_open ? "contributor" : "observer";
  if (rules && (is_beyond(from.assigned(*rules), fallback) ||
                constraint_on(*rules, fallback, from.who, from.type, facts.people())))
    fallback = "observer";
  given.differences.push_back("role '" + fallback + "' was granted instead");
  given.roles.push_back(std::move(fallback));
  return given;
}

/// A registry whose text is longer stays at home: no frame of ours may exceed what existing clients take.
constexpr std::size_t longest_registry = 256 * 1024;

/// What SESSION_INFO says of who somebody is (SPEC 23.1.4).
void describe_identity(session_info& info, const hello& said, const verified_identity* identity) {
  if (identity) {
    info.identity_verified = true;
    info.identity_method = identity->method;
    if (!identity->issuer.empty())
      info.identity_issuer = identity->issuer;
    return;
  }
  info.identity_verified = !said.credential; // the open profile asks for nothing (SPEC 23.1.1)
  if (!said.credential)
    return;
  // Nobody looked at it (O-153).
  info.identity_method = said.credential->type;
  info.identity_issuer = said.credential->issuer;
  info.compatibility_errors->push_back("the credential was not verified: this session has the open profile");
}

session_info describe(const session& facts, const grant& given, bool is_new, const incoming& from, const hello& said) {
  const auto& policy = facts.policy();
  session_info info;
  info.session_id = facts.origin().id;
  info.protocol_version = policy.protocol_version;
  info.security_profile = to_word(policy.security_profile);
  info.compliance_profile = to_word(policy.compliance_profile);
  info.watermark_kind = to_word(watermark_kind::lamport_clock); // O-008
  info.execution_model = to_word(policy.execution_model);
  info.state_ref_format = policy.state_ref_format;
  info.governance_policy = json_of(policy.governance);
  info.liveness_policy = json_of(policy.liveness);
  info.lifecycle_policy = json_of(policy.lifecycle);
  if (policy.role_policy)
    info.role_policy = json_of(*policy.role_policy);
  if (facts.registry())
    if (auto told = json_of(*facts.registry()); told.text.size() <= longest_registry)
      info.resource_registry = std::move(told);
  info.participant_count = static_cast<std::int64_t>(facts.people().present()) + is_new;
  info.granted_roles = given.roles;
  info.security_config = security_config_of(policy, facts.people());
  info.compatibility_errors = given.differences;
  for (auto& each : differences(from.message, said, facts))
    info.compatibility_errors->push_back(std::move(each));
  describe_identity(info, said, from.identity.get());
  return info;
}

} // namespace

void declare_unavailable(const participant_record& who, const std::string& why, draft& out) {
  out.note(availability_changed{who.principal_id, false});
  protocol_error lost{error_code::participant_unavailable, who.last_message, "'" + who.principal_id.str() + "' " + why,
                      json_object({{"principal_id", who.principal_id.str()}})};
  out.tell(audience::all_but(who.principal_id), std::move(lost));
  abandon_operations_of(who.principal_id, out); // O-068: before its intents freeze what others have proposed
  for (const auto* intent : out.facts().intents().of(who.principal_id))
    suspend_intent(*intent, suspension_cause::owner_unavailable, out);
  reject_claims_of(who.principal_id, out);
}

frame_ptr without_secrets(const envelope& message, const frame_ptr& frame) {
  // A chain of certificates is no secret, and the signature of its HELLO covers it.
  const auto* said = std::get_if<hello>(&message.body);
  if (!said || !said->credential || said->credential->type == certificate_chain_type)
    return frame;
  envelope copy = message;
  std::get<hello>(copy.body).credential->value = "(redacted)";
  return encode(copy);
}

void on(const hello& said, const incoming& from, draft& out) {
  const auto& facts = out.facts();
  const auto& sender = from.message.sender;
  const auto about = from.message.message_id;
  const bool is_open = facts.policy().security_profile == security_profile::open;
  if (!is_open && (!from.identity || from.identity->principal_id != sender.principal_id))
    return out.refuse(no(error_code::credential_rejected,
                         "payload.credential: nobody joins a session of the " +
                             std::string(to_word(facts.policy().security_profile)) +
                             " profile without one that is verified",
                         about),
                      from.seat);
  if (is_mute(facts.policy()))
    return out.refuse(no(error_code::capability_unsupported,
                         "this hub has no key to sign with, and in the verified profile it signs all it says", about),
                      from.seat);
  if (from.identity && facts.is_retired(from.identity->key_id))
    return out.refuse(no(error_code::credential_rejected,
                         "payload.credential: its key has been replaced by another (SPEC 23.1.6)", about),
                      from.seat);
  const auto type = sender.principal_type.known();
  if (!type)
    return out.refuse(
        no(error_code::malformed_message, "sender.principal_type: must be human, agent or service", about), from.seat);
  const auto* known = facts.people().find(sender.principal_id);
  if (known && known->type != *type)
    return out.refuse(no(error_code::authorization_failed,
                         "sender.principal_type: '" + sender.principal_id.str() + "' joined as " +
                             std::string(to_word(known->type)) + ", and that does not change (O-052)",
                         about),
                      from.seat);
  const auto limit = facts.origin().limits.participants;
  if ((!known || known->departed) && limit != 0 && facts.people().present() >= limit)
    return out.refuse(no(error_code::limit_reached,
                         "the session is full: limits.participants_per_session is " + std::to_string(limit), about),
                      from.seat);

  const auto given = grant_roles(facts, said, {sender.principal_id, *type, from.identity.get()});
  participant_record record = known ? *known : participant_record{};
  const bool same_incarnation = known && known->instance == sender.sender_instance_id;
  record.principal_id = sender.principal_id;
  record.type = *type;
  record.instance = sender.sender_instance_id;
  record.display_name = said.display_name;
  record.roles = given.roles;
  record.capabilities = said.capabilities;
  record.status = to_word(participant_status::idle);
  record.is_available = true;
  record.departed = false;
  record.seat = from.seat;
  record.joined_at = out.now();
  record.last_seen = out.now();
  record.last_message = about;
  record.away_since = 0;
  record.epoch = facts.origin().epoch;
  record.backend = backend_at_hello(said, known, out.policy());
  record.identity = from.identity;
  record.lamport = std::max(same_incarnation ? record.lamport : 0, out.why().sender_lamport);

  const bool counts_as_new = !known || known->departed;
  const auto mine = local_state_in(from.frame->payload()); // what it has done while nobody could be asked (SPEC 7.7)
  if (mine)
    out.witness(mine->lamport);
  out.note(participant_joined{std::move(record)});
  auto info = describe(facts, given, counts_as_new, from, said);
  if (mine && !mine->problem.empty())
    info.compatibility_errors->push_back("extensions.local_state" + mine->problem);
  out.tell(audience::at(from.seat), std::move(info));
  tell_keys_to(from, out);
  if (from.identity)
    introduce_key(sender.principal_id, *from.identity, out);
  if (known)
    tell_of_recovery(*known, from, out);
  replay_after_hello(from, out);
  if (mine)
    reconcile({*mine, known, rights_of(given.roles).act}, from, out);
  if (known && !known->is_available)
    welcome_back(*known, out);
  if (known)
    tell_what_changed(*known, from.seat, out);
  offer_claims_to(sender.principal_id, given.roles, out);
}

void on(const heartbeat& said, const incoming& from, draft& out) {
  if (from.who->status != said.status.text())
    out.note(status_changed{from.who->principal_id, said.status.text()});
  if (said.backend_health)
    consider_backend(*said.backend_health, from, out);
  // Nothing holds of what is refused.
  if (!out.why().error && said.extensions && said.extensions->key_rotation)
    rotate_key(*said.extensions->key_rotation, from, out);
  if (!out.why().error && said.extensions && said.extensions->claim_decision)
    judge_claim(*said.extensions->claim_decision, from, out);
}

namespace {

/// What a GOODBYE asks to become of the session's intents: `true`, or the word itself (O-046).
std::optional<close_disposition> close_wish(std::string_view json) {
  if (json == "true" || json == R"("withdraw_all")")
    return close_disposition::withdraw_all;
  if (json == R"("expire_all")")
    return close_disposition::expire_all;
  return std::nullopt;
}

} // namespace

void on(const goodbye& said, const incoming& from, draft& out) {
  const auto& who = from.who->principal_id;
  const auto disposition = said.intent_disposition
                               ? said.intent_disposition->known().value_or(intent_disposition::withdraw)
                               : intent_disposition::withdraw; // SPEC 14.4
  // O-046: whoever may end the session may do so in leaving.
  const auto wish = extension_in(from.frame->payload(), "mpac_cluster.close_session");
  const auto ending = wish ? close_wish(wish->text) : std::nullopt;
  if (ending && !rights_of(from.who->roles).resolve)
    return out.refuse(no(error_code::authorization_failed,
                         "extensions: only an owner or arbiter closes the session (SPEC 9.6.1)",
                         from.message.message_id),
                      from.seat);
  out.relay(from.frame);
  if (out.policy().routing.relay == relay_to::all)
    out.send(audience::at(from.seat), from.frame); // who has left listens no more, and yet has its echo (O-003)
  abandon_operations_of(who, out);                 // O-062: before the cascade, which then finds only others' proposals
  // The disposition holds for all intents on record, whatever `active_intents` lists (O-061).
  for (const auto* intent : out.facts().intents().of(who)) {
    switch (disposition) {
    case intent_disposition::withdraw:
      end_intent(*intent, intent_event::withdrawn, out);
      break;
    case intent_disposition::transfer:
      if (ending != close_disposition::withdraw_all) // else nobody is left to take them over
        suspend_intent(*intent, suspension_cause::owner_left, out);
      break;
    case intent_disposition::expire:
      break; // they keep their TTL
    }
  }
  reject_claims_of(who, out);
  out.note(participant_departed{who});
  if (ending)
    close_session(close_reason::manual, *ending, out);
}

void welcome_back(const participant_record& who, draft& out) {
  out.note(availability_changed{who.principal_id, true});
  for (const auto* intent : out.facts().intents().of(who.principal_id))
    restore_after_absence(*intent, out);
  offer_claims_to(who.principal_id, who.roles, out);
}

void look_for_the_silent(draft& out) {
  const auto& facts = out.facts();
  int looks = 0;
  const auto* lost = facts.watch().first_due(out.now(), [&](const principal_id& id) {
    ++looks;
    const auto* who = facts.people().find(id);
    return who && facts.silent_at(*who) <= out.now();
  });
  // Who was passed over has spoken since, and is not looked at for the next one again.
  if (!lost || looks > 1)
    out.note(liveness_checked{out.now()});
  if (lost)
    declare_unavailable(
        *facts.people().find(*lost),
        "has been silent for more than " +
            std::to_string(static_cast<long>(base::to_seconds(out.policy().liveness.unavailability_timeout))) + " s",
        out);
}

} // namespace mpac::protocol::rules
