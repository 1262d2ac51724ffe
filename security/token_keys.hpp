// The keys that tokens are verified with (RFC 7515, 7517, 7518, 8037): each for the algorithms that fit it, and no
// other.
#pragma once

#include "base/result.hpp"
#include "security/text_fault.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::security {

/// What a token's `alg` may say here. There is no `none`.
enum class token_algorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, eddsa, hs256 };

/// Spelled as in RFC 7518 and 8037; nothing for any other name.
[[nodiscard]] std::optional<token_algorithm> token_algorithm_of(std::string_view name) noexcept;

/// A set of keys. Cheap to copy, immutable, thread-safe.
///
/// A key's own kind decides which algorithms it may be used with: an RSA key verifies RS and PS, a P-256 key ES256, a
/// P-384 key ES384, an Ed25519 key EdDSA, a secret HS256; its `alg` narrows that to one. So a public key is never taken
/// for a secret, whatever a token says of itself.
class token_keys {
public:
  /// Reads a JWK set, one JWK, or PEM blocks: PUBLIC KEY, RSA PUBLIC KEY or CERTIFICATE, whose line `kid: …` before
  /// them names the key.
  ///
  /// JWKs of another kind or use than verifying (`use`, `key_ops`), and with an unknown `alg` or curve, are passed
  /// over, as RFC 7517 wants it. Refused: what is no such text, a key that is broken, private or weak (RSA below 2048
  /// or above 8192 bits, a secret below 32 bytes), more than 100 keys, and a text without any key that verifies.
  [[nodiscard]] static base::result<token_keys, text_fault> read(std::string_view text);

  /// Whether one of the keys made `signature` over `bytes`. With `key_id`, those of that name are asked and those that
  /// have none; without, all. A signature of ECDSA is r and s, each as long as the curve's order, and nothing else.
  [[nodiscard]] bool verifies(token_algorithm algorithm, const std::optional<std::string>& key_id,
                              std::string_view bytes, std::string_view signature) const;

  [[nodiscard]] std::size_t size() const noexcept;
  /// True if there is a secret among them: then the text must be kept private.
  [[nodiscard]] bool hold_a_secret() const noexcept;

private:
  struct key;
  explicit token_keys(std::vector<key> keys);

  std::shared_ptr<const std::vector<key>> keys_;
};

} // namespace mpac::security
