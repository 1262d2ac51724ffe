// One key for tokens, as the readers of JWK sets and PEM files make it.
#pragma once

#include "security/freed_by.hpp"
#include "security/strict_json.hpp"
#include "security/token_keys.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st; // EVP_PKEY

namespace mpac::security {

enum class token_key_kind { rsa, p256, p384, ed25519, secret };

[[nodiscard]] bool fits(token_key_kind kind, token_algorithm algorithm) noexcept;

struct token_keys::key {
  token_key_kind kind = token_key_kind::secret;
  std::optional<std::string> id;
  std::optional<token_algorithm> only_for;   ///< its `alg`
  std::shared_ptr<evp_pkey_st> public_key{}; ///< of all kinds but `secret`
  std::string secret{};

  /// Whether it made this signature, if it may be used with the algorithm.
  [[nodiscard]] bool verifies(token_algorithm algorithm, std::string_view bytes, std::string_view signature) const;

  /// A public key of any source: its kind, or why it is not taken. Nothing of a kind that no algorithm here uses.
  [[nodiscard]] static base::result<std::optional<key>, std::string> of(std::shared_ptr<evp_pkey_st> public_key);
  /// A JWK; nothing if it is not for verifying tokens of the algorithms here.
  [[nodiscard]] static base::result<std::optional<key>, std::string> of_jwk(const json_object& jwk);
  /// A PEM block's content.
  [[nodiscard]] static base::result<std::optional<key>, std::string> of_der(std::string_view label,
                                                                            std::string_view der);
};

} // namespace mpac::security
