#include "actors/vouching.hpp"

#include "security/envelope_signature.hpp"

#include <algorithm>
#include <utility>

namespace mpac::actors {
namespace {

using namespace protocol;

constexpr std::string_view chain_type = "x509_chain"; // SPEC 23.1.4

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
    return credential{std::string(chain_type), rotation->certificate_chain, {}, {}};
  const auto& brought = std::get<hello>(message.body).credential;
  if (!brought)
    return base::fail(std::string("payload.credential: missing, and this session asks for one"));
  if (brought->type.empty() || brought->value.empty())
    return base::fail(std::string("payload.credential: type and value must not be empty"));
  if (terms.security_profile == security_profile::verified && brought->type != chain_type)
    return base::fail(std::string("payload.credential.type: a session of the verified profile takes x509_chain only"));
  return *brought;
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
  auto proof = proof_in(said, terms);
  if (!proof)
    return rejected(std::move(proof.error()), said);
  if (!by_ || !by_->credentials)
    return rejected("payload.credential: this hub verifies none", said);
  if (by_->attempts)
    if (const auto wait = by_->attempts->refused_for(host_, message.when())) {
      refusal later{error_code::rate_limited, "too many credentials from your address have failed; come back later",
                    said.message_id};
      later.retry_after = *wait;
      return later;
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
  if (by_->tenants && !by_->tenants->may_use(identity.tenant, terms.session))
    return refusal{error_code::limit_reached,
                   "as many sessions as limits.sessions_per_tenant allows work on your tenant's account",
                   said.message_id};
  if (terms.security_profile == security_profile::verified)
    if (auto why = take_key(message, identity, terms, now))
      return fails(std::move(*why));
  if (std::holds_alternative<hello>(said.body))
    offered_until_ = identity.expires_at;
  message.vouch(std::make_shared<const verified_identity>(std::move(identity)));
  return message;
}

/// O-150: whoever brings a chain proves that the leaf's key is its own; O-156: a new key comes signed with the old one,
/// which `forged` has seen.
std::optional<std::string> vouching::take_key(const admitted& message, verified_identity& identity,
                                              const admission_terms& terms, base::instant now) {
  auto key = security::verifying_key::of_certificate(identity.certificate_chain);
  if (!key)
    return "payload.credential: " + key.error();
  identity.key_id = key->key_id();
  if (const auto* rotation = rotation_in(message.envelope())) {
    if (rotation->fingerprint != key->key_id())
      return "payload.extensions.key_rotation.fingerprint: it is not that of the chain's first certificate";
    const auto grace = key_grace(terms.heartbeat_interval, rotation->reason == key_is_compromised);
    for (auto& old : keys_)
      old.until = std::min(old.until, now + grace);
    keys_.insert(keys_.begin(), dated_key{std::move(*key), base::never});
    valid_until_ = identity.expires_at;
    return std::nullopt;
  }
  const security::verifying_key leaf[]{*key};
  if (auto checked = security::check_signature(message.frame()->payload(), leaf); !checked)
    return checked.error();
  offered_ = std::move(*key);
  return std::nullopt;
}

void vouching::judged(bool accepted) {
  if (accepted) {
    valid_until_ = offered_until_;
    if (offered_)
      keys_.assign(1, dated_key{*offered_, base::never});
  }
  offered_.reset();
}

} // namespace mpac::actors
