#include "security/token_keys.hpp"

#include "security/pem_blocks.hpp"
#include "security/strict_json.hpp"
#include "security/token_key.hpp"

#include <algorithm>
#include <utility>

namespace mpac::security {
namespace {

constexpr std::size_t most_keys = 100;

constexpr std::pair<std::string_view, token_algorithm> names[] = {
    {"RS256", token_algorithm::rs256}, {"RS384", token_algorithm::rs384}, {"RS512", token_algorithm::rs512},
    {"PS256", token_algorithm::ps256}, {"PS384", token_algorithm::ps384}, {"PS512", token_algorithm::ps512},
    {"ES256", token_algorithm::es256}, {"ES384", token_algorithm::es384}, {"EdDSA", token_algorithm::eddsa},
    {"HS256", token_algorithm::hs256}};

} // namespace

std::optional<token_algorithm> token_algorithm_of(std::string_view name) noexcept {
  for (const auto& [known, algorithm] : names)
    if (known == name)
      return algorithm;
  return std::nullopt;
}

token_keys::token_keys(std::vector<key> keys) : keys_(std::make_shared<const std::vector<key>>(std::move(keys))) {}

base::result<token_keys, text_fault> token_keys::read(std::string_view text) {
  std::vector<key> keys;
  if (text.find("-----BEGIN ") != std::string_view::npos && text.find_first_not_of(" \t\r\n") != text.find('{')) {
    const auto blocks = read_pem_blocks(text, most_keys);
    if (!blocks)
      return base::fail(text_fault(blocks.error()));
    for (const auto& block : *blocks) {
      auto made = key::of_der(block.label, block.der);
      if (!made)
        return base::fail(text_fault{"the block " + made.error(), block.line});
      if (!*made)
        return base::fail(text_fault{"the block holds a key of a kind that verifies no token here", block.line});
      if (!block.key_id.empty())
        (*made)->id = block.key_id;
      keys.push_back(**std::move(made));
    }
  } else {
    const auto read = read_json_object(text);
    if (!read)
      return base::fail(text_fault(read.error()));
    std::vector<const json_object*> jwks;
    if (const auto* set = find(*read, "keys")) {
      if (!set->list())
        return base::fail(text_fault{"keys must be a list"});
      for (const auto& each : *set->list())
        jwks.push_back(each.object());
    } else {
      jwks.push_back(&*read);
    }
    if (jwks.size() > most_keys)
      return base::fail(text_fault{"there are more than " + std::to_string(most_keys) + " keys"});
    for (std::size_t i = 0; i < jwks.size(); ++i) {
      const auto where = find(*read, "keys") ? "keys[" + std::to_string(i) + "] " : "the key ";
      if (!jwks[i])
        return base::fail(text_fault{where + "must be an object"});
      auto made = key::of_jwk(*jwks[i]);
      if (!made)
        return base::fail(text_fault{where + made.error()});
      if (*made)
        keys.push_back(**std::move(made));
    }
  }
  if (keys.empty())
    return base::fail(text_fault{"holds no key that verifies tokens"});
  return token_keys(std::move(keys));
}

bool token_keys::verifies(token_algorithm algorithm, const std::optional<std::string>& key_id, std::string_view bytes,
                          std::string_view signature) const {
  return std::any_of(keys_->begin(), keys_->end(), [&](const key& each) {
    return (!key_id || !each.id || *each.id == *key_id) && each.verifies(algorithm, bytes, signature);
  });
}

std::size_t token_keys::size() const noexcept {
  return keys_->size();
}

bool token_keys::hold_a_secret() const noexcept {
  return std::any_of(keys_->begin(), keys_->end(), [](const key& each) { return each.kind == token_key_kind::secret; });
}

} // namespace mpac::security
