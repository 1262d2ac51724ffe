// The keys that participants of a verified session sign with: how others learn of them, and of new ones (SPEC 23.1.6).
#include "protocol/rules/presence.hpp"
#include "protocol/wire/security_json.hpp"

namespace mpac::protocol::rules {
namespace {

unknown_message keys_message(const principal_id& who, const verified_identity& identity,
                             std::optional<base::instant> old_keys_until) {
  return {std::string(participant_keys_type), participant_keys_of(who, identity, old_keys_until)};
}

} // namespace

void tell_keys_to(const incoming& newcomer, draft& out) {
  if (out.policy().security_profile != security_profile::verified || keys_fit(out.facts().people()))
    return; // they are in SESSION_INFO
  for_each_key(out.facts().people(), [&](const participant_record& who) {
    out.tell(audience::at(newcomer.seat), keys_message(who.principal_id, *who.identity, std::nullopt));
  });
}

void introduce_key(const principal_id& who, const verified_identity& identity, draft& out) {
  if (!identity.key_id.empty())
    out.tell(audience::all_but(who), keys_message(who, identity, std::nullopt));
}

void rotate_key(const key_rotation& said, const incoming& from, draft& out) {
  if (!from.identity || !from.who) // another profile: nobody signs
    return;
  if (out.facts().is_retired(from.identity->key_id)) // whoever has got hold of it would have it back
    return out.refuse(no(error_code::credential_rejected,
                         "payload.extensions.key_rotation: this key has been replaced by another (SPEC 23.1.6)",
                         from.message.message_id),
                      from.seat);
  const auto& who = from.who->principal_id;
  const auto until = out.now() + key_grace(out.policy().liveness.heartbeat_interval, said.reason == key_is_compromised);
  out.note(participant_key_changed{who, from.identity, until});
  out.tell(audience::all(), keys_message(who, *from.identity, until));
}

} // namespace mpac::protocol::rules
