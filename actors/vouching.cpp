#include "actors/vouching.hpp"

#include "security/certificate_text.hpp"
#include "security/envelope_signature.hpp"

#include <algorithm>
#include <utility>

namespace mpac::actors {
namespace {

using namespace protocol;

/// Longer chains have been refused by whoever verified them.
constexpr std::size_t longest_chain = 64;

const key_rotation* rotation_in(const envelope& message) {
  const auto* said = std::get_if<heartbeat>(&message.body);
  return said && said->extensions && said->extensions->key_rotation ? &*said->extensions->key_rotation : nullptr;
}

refusal rejected(std::string why, const envelope& message) {
  return {error_code::credential_rejected, std::move(why), message.message_id};
}

std::string host_of(std::string_view address) {
  if (address.starts_with('['))
    return std::string(address.substr(1, address.find(']') - 1));
  return std::string(address.substr(0, address.find(':')));
}

/// What has to be verified of a message, or why there is nothing that could be.
base::result<credential, std::string> proof_in(const envelope& message, const admission_terms& terms) {
  if (const auto* rotation = rotation_in(message))
    return credential{std::string(certificate_chain_type), rotation->certificate_chain, {}, {}};
  const auto& brought = std::get<hello>(message.body).credential;
  if (!brought)
    return base::fail(std::string("payload.credential: missing, and this session asks for one"));
  if (brought->type.empty() || brought->value.empty())
    return base::fail(std::string("payload.credential: type and value must not be empty"));
  if (!takes_credential(terms.security_profile, brought->type))
    return base::fail(std::string("payload.credential.type: a session of the verified profile takes x509_chain only"));
  return *brought;
}

/// Whether somebody's key is what a credential stands on, whatever its verifier calls that: by what HELLO brings, or by
/// what came of it; in the verified profile always.
bool stands_on_key(const envelope& message, const verified_identity& identity, const admission_terms& terms) {
  const auto& brought = std::get<hello>(message.body).credential;
  return terms.security_profile == security_profile::verified || !identity.certificate_chain.empty() ||
         (brought && brought->type == certificate_chain_type);
}

} // namespace

vouching::vouching(std::shared_ptr<const safeguards> by, peer_facts peer)
    : by_(std::move(by)), peer_(std::move(peer)), host_(host_of(peer_.address)) {}

std::optional<refusal> vouching::forged(const envelope& message, std::string_view text, const admission_terms& terms,
                                        base::instant now) {
  if (terms.security_profile != security_profile::verified || std::holds_alternative<hello>(message.body) ||
      keys_.empty()) // whoever has not said HELLO is told so by the door
    return std::nullopt;
  std::erase_if(keys_, [&](const dated_key& one) { return one.until <= now; });
  std::vector<security::verifying_key> good;
  for (const auto& one : keys_)
    good.push_back(one.key);
  if (auto checked = security::check_signature(text, good); !checked)
    return refusal{error_code::authorization_failed, std::move(checked.error()), message.message_id};
  return std::nullopt;
}

bool vouching::brings_proof(const envelope& message, const admission_terms& terms) {
  if (std::holds_alternative<hello>(message.body))
    return terms.security_profile != security_profile::open;
  return terms.security_profile == security_profile::verified && rotation_in(message);
}

std::optional<refusal> vouching::begin(admitted message, const admission_terms& terms,
                                       std::function<void(security::credential_verdict)> done) {
  const auto& said = message.envelope();
  if (!by_ || !by_->credentials)
    return rejected("payload.credential: this hub verifies none", said);
  if (by_->attempts)
    if (const auto wait = by_->attempts->refused_for(host_, message.when())) {
      refusal later{error_code::rate_limited, "too many credentials from your address have failed; come back later",
                    said.message_id};
      later.retry_after = *wait;
      return later;
    }
  auto proof = proof_in(said, terms);
  if (!proof) {
    if (by_->attempts)
      by_->attempts->failed(host_, message.when());
    return rejected(std::move(proof.error()), said);
  }
  security::credential_request asked;
  asked.principal_id = said.sender.principal_id;
  asked.principal_type = said.sender.principal_type.text();
  asked.session_id = terms.session;
  asked.credential = std::move(*proof);
  asked.peer_certificate = peer_.certificate;
  asked.when = message.when();
  waiting_.emplace(std::move(message));
  by_->credentials->verify(std::move(asked), std::move(done));
  return std::nullopt;
}

std::variant<admitted, refusal> vouching::end(security::credential_verdict verdict, const admission_terms& terms,
                                              base::instant now) {
  auto message = std::move(*std::exchange(waiting_, std::nullopt));
  const auto& said = message.envelope();
  const auto fails = [&](std::string why) {
    if (by_->attempts)
      by_->attempts->failed(host_, now);
    return rejected(std::move(why), said);
  };
  if (!verdict) {
    const auto& why = verdict.error();
    return why.is_unavailable ? rejected(why.told, said) : fails(why.told);
  }
  auto identity = *std::move(verdict);
  if (identity.principal_id != said.sender.principal_id || identity.expires_at <= now)
    return fails("payload.credential: it does not speak for the sender");
  if (auto why = lack_of_possession(message, identity, terms))
    return fails(std::move(*why));
  offer made{identity.expires_at, {}, {}};
  if (terms.security_profile == security_profile::verified)
    if (auto why = take_key(message, identity, made, terms))
      return fails(std::move(*why));
  if (by_->tenants) {
    place_ = by_->tenants->reserve(identity.tenant, terms.session);
    if (!place_)
      return refusal{error_code::limit_reached,
                     "as many sessions as limits.sessions_per_tenant allows work on your tenant's account",
                     said.message_id};
  }
  offered_ = std::move(made);
  message.vouch(std::make_shared<const verified_identity>(std::move(identity)));
  return message;
}

/// O-150: certificates are public, so whoever brings a chain shows that the leaf's key is its own: by what HELLO is
/// signed with, or by the TLS connection itself. Of a new key `forged` has seen that the old one signed it (O-156).
std::optional<std::string> vouching::lack_of_possession(const admitted& message, const verified_identity& identity,
                                                        const admission_terms& terms) const {
  if (rotation_in(message.envelope()) || !stands_on_key(message.envelope(), identity, terms))
    return std::nullopt;
  if (terms.security_profile != security_profile::verified && !peer_.certificate.empty()) {
    const auto chain = security::read_certificates(identity.certificate_chain, longest_chain);
    if (chain && security::fingerprint(chain->front()) == security::fingerprint_of(peer_.certificate))
      return std::nullopt;
  }
  const auto key = security::verifying_key::of_certificate(identity.certificate_chain);
  if (!key)
    return "payload.credential: " + key.error();
  const security::verifying_key leaf[]{*key};
  if (auto checked = security::check_signature(message.frame()->payload(), leaf); !checked)
    return "payload.credential: nothing shows that the certificate's key is yours: " + checked.error();
  return std::nullopt;
}

std::optional<std::string> vouching::take_key(const admitted& message, verified_identity& identity, offer& with,
                                              const admission_terms& terms) {
  auto key = security::verifying_key::of_certificate(identity.certificate_chain);
  if (!key)
    return "payload.credential: " + key.error();
  identity.key_id = key->key_id();
  if (const auto* rotation = rotation_in(message.envelope())) {
    if (rotation->fingerprint != key->key_id())
      return "payload.extensions.key_rotation.fingerprint: it is not that of the chain's first certificate";
    if (!keys_.empty() && keys_.front().key == *key)
      return "payload.extensions.key_rotation: it is the key that you sign with already";
    // As the session counts: from when the message came.
    with.old_key_until = message.when() + key_grace(terms.heartbeat_interval, rotation->reason == key_is_compromised);
  }
  with.key = std::move(*key);
  return std::nullopt;
}

void vouching::judged(bool accepted) {
  const auto made = std::exchange(offered_, std::nullopt);
  if (!accepted)
    return;
  valid_until_ = made ? made->valid_until : base::never;
  if (!made || !made->key)
    return;
  std::vector<dated_key> keys{{*made->key, base::never}};
  if (made->old_key_until && !keys_.empty()) // one before it is enough
    keys.push_back({keys_.front().key, *made->old_key_until});
  keys_ = std::move(keys);
}

} // namespace mpac::actors
