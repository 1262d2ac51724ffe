#include "security/participant_signatures.hpp"

#include "protocol/wire/raw_json.hpp"
#include "security/envelope_signature.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <span>

namespace mpac::security {
namespace {

namespace raw = protocol::raw_json;
using kind = signature_verdict::kind;

/// The text that a path of members leads to; nothing if it leads nowhere, or to no text.
std::optional<std::string> text_at(std::string_view object, std::initializer_list<std::string_view> path) {
  for (const auto name : path) {
    const auto found = raw::find_member(object, {0, object.size()}, name);
    if (!found)
      return std::nullopt;
    object = found->value.of(object);
  }
  if (object.size() < 2 || object[0] != '"')
    return std::nullopt;
  return raw::unescaped(object.substr(1, object.size() - 2));
}

bool is_a(std::string_view type, std::string_view message) {
  return text_at(message, {"message_type"}) == type;
}

/// The chain that a message brings, PEM; empty if it brings none.
std::string chain_in(std::string_view message) {
  if (is_a("HELLO", message))
    return text_at(message, {"payload", "credential", "value"}).value_or("");
  if (is_a("HEARTBEAT", message))
    return text_at(message, {"payload", "extensions", "key_rotation", "certificate_chain"}).value_or("");
  return {};
}

std::string sender_of(std::string_view message) {
  return text_at(message, {"sender", "principal_id"}).value_or("");
}

signature_verdict verdict_with(std::string_view message, std::span<const verifying_key> keys) {
  if (auto checked = check_signature(message, keys); !checked)
    return {kind::bad, std::move(checked.error())};
  return {kind::good, {}};
}

} // namespace

signature_verdict participant_signatures::check(std::string_view message) const {
  if (is_a("HELLO", message)) {
    const auto key = verifying_key::of_certificate(chain_in(message));
    if (!key)
      return {kind::bad, "payload.credential: " + key.error()};
    return verdict_with(message, std::span(&*key, 1));
  }
  const auto who = people_.find(sender_of(message));
  const auto keys = who == people_.end() ? std::span<const verifying_key>{} : std::span(who->second.keys);
  const auto named = text_at(message, {"signature", "kid"});
  const bool is_known =
      std::any_of(keys.begin(), keys.end(), [&](const verifying_key& each) { return each.key_id() == named; });
  if (named && !is_known && (!is_whole_ || (who != people_.end() && who->second.may_have_others)))
    return {kind::unknown_key, {}};
  return verdict_with(message, keys);
}

void participant_signatures::learn(std::string_view message) {
  const auto chain = chain_in(message);
  if (chain.empty())
    return;
  auto key = verifying_key::of_certificate(chain);
  if (!key)
    return;
  auto& keys = people_[sender_of(message)].keys;
  if (std::find(keys.begin(), keys.end(), *key) == keys.end())
    keys.push_back(*std::move(key));
}

void participant_signatures::learn_redacted(std::string_view message) {
  learn(message);
  if ((is_a("HELLO", message) || is_a("HEARTBEAT", message)) && !verifying_key::of_certificate(chain_in(message)))
    people_[sender_of(message)].may_have_others = true;
}

} // namespace mpac::security
