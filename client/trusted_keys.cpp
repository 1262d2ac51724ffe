#include "client/trusted_keys.hpp"

#include "protocol/timestamp.hpp"
#include "protocol/wire/extension.hpp"
#include "protocol/wire/raw_json.hpp"
#include "security/envelope_signature.hpp"

#include <algorithm>

namespace mpac::client {
namespace {

using namespace protocol;
using security::verifying_key;

/// A participant's last keys: the newest, and those that it replaced a moment ago (SPEC 23.1.6).
constexpr std::size_t most_keys = 4;

void remember(verifying_key key, std::vector<verifying_key>& in) {
  std::erase(in, key);
  if (in.size() == most_keys)
    in.erase(in.begin());
  in.push_back(std::move(key));
}

} // namespace

base::result<trusted_keys, std::string> trusted_keys::of(const trust_options& trust) {
  trusted_keys made;
  made.pinned_ = trust.coordinator_key;
  if (!trust.participant_authorities.empty()) {
    auto read = security::certificate_chains::read(trust.participant_authorities);
    if (!read)
      return base::fail("trust.participant_authorities: " + read.error().what);
    made.authorities_ = std::move(*read);
  }
  return base::result<trusted_keys, std::string>{boost::system::in_place_value, std::move(made)};
}

void trusted_keys::learn_own(const principal_id& me, const verifying_key& key) {
  hold(me, key, base::never); // what is under way is signed with the one before
}

void trusted_keys::hold(const principal_id& who, verifying_key key, base::instant others_until) {
  auto& all = participants_[who];
  std::erase_if(all, [&](const held_key& each) { return each.key == key; });
  for (auto& each : all)
    each.until = std::min(each.until, others_until);
  if (all.size() == most_keys)
    all.erase(all.begin());
  all.push_back({std::move(key)});
}

base::result<void, std::string> trusted_keys::begin(const session_info& told, std::string_view text,
                                                    base::instant now) {
  const bool everybody_signs = told.security_profile == to_word(security_profile::verified);
  const auto accept = [&] { // nothing is learned of what is not believed
    session_ = told.session_id;
    everybody_signs_ = everybody_signs;
  };
  const auto certificate =
      told.security_config ? text_in(*told.security_config, "coordinator_certificate") : std::nullopt;
  if (!certificate) {
    if (everybody_signs || !pinned_.empty())
      return base::fail(std::string("the coordinator tells no key that it signs with"));
    accept();
    coordinators_.clear();
    return {};
  }
  auto key = verifying_key::of_certificate(*certificate);
  if (!key)
    return base::fail("security_config.coordinator_certificate: " + key.error());
  if (!pinned_.empty() && key->key_id() != pinned_)
    return base::fail("the coordinator signs with " + key->key_id() + ", and " + pinned_ + " is expected");
  if (auto checked = security::check_signature(text, std::span(&*key, 1)); !checked)
    return checked;
  accept();
  remember(*std::move(key), coordinators_);
  learn(told.security_config->text, "participant_keys", now);
  return {};
}

base::result<void, std::string> trusted_keys::check_coordinators(std::string_view text) const {
  if (coordinators_.empty())
    return {};
  return security::check_signature(text, coordinators_);
}

base::result<void, std::string> trusted_keys::check_participants(std::string_view text, const principal_id& sender,
                                                                 base::instant now, bool is_missed) const {
  if (!everybody_signs_)
    return {};
  const auto known = participants_.find(sender);
  if (known == participants_.end())
    return base::fail("no key of '" + sender.str() + "' is known");
  std::vector<verifying_key> good;
  for (const auto& each : known->second)
    if (is_missed || now < each.until)
      good.push_back(each.key);
  return security::check_signature(text, good);
}

void trusted_keys::learn(std::string_view object, std::string_view list, base::instant now) {
  const auto whole = raw_json::value_at(object, 0);
  const auto keys = whole ? raw_json::find_member(object, *whole, list) : std::nullopt;
  if (!keys)
    return;
  const auto grace = text_in({std::string(object)}, "old_keys_until");
  const auto others_until = grace ? parse_timestamp(*grace).value_or(now) : now;
  for (std::size_t i = 0;; ++i) {
    const auto entry = raw_json::find_entry(object, keys->value, i);
    if (!entry)
      return;
    const json_text one{std::string(entry->of(object))};
    const auto who = text_in(one, "principal_id"), chain = text_in(one, "certificate_chain");
    if (!who || !chain)
      continue;
    if (authorities_) {
      security::credential_request asked;
      asked.principal_id = principal_id(*who);
      asked.session_id = session_;
      asked.credential = {std::string(certificate_chain_type), *chain, {}, {}};
      asked.when = now;
      if (!authorities_->judge(asked))
        continue; // what it signs is then not believed
    }
    if (auto key = verifying_key::of_certificate(*chain))
      hold(principal_id(*who), *std::move(key), others_until);
  }
}

} // namespace mpac::client
