// A public key with its name: what signatures are checked with (SPEC 23.1.3, 23.1.6).
#pragma once

#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace mpac::security {

/// The public key of a certificate: Ed25519 or ECDSA on P-256. Cheap to copy; all copies may be used by any threads at
/// once.
class verifying_key {
public:
  /// The key of the first certificate in a PEM text: of a chain, the leaf. Whether anybody vouches for it, and whether
  /// it has expired, is not asked here. The error says what is wrong with the text.
  [[nodiscard]] static base::result<verifying_key, std::string> of_certificate(std::string_view pem_or_chain);

  /// As `alg` names it: "EdDSA" or "ES256".
  [[nodiscard]] std::string_view algorithm() const noexcept;
  /// "sha256:" and, in lower-case hexadecimal, the SHA-256 of the certificate's DER.
  [[nodiscard]] const std::string& key_id() const noexcept;
  /// Whether `signature` is this key's over `bytes`. It has 64 bytes: Ed25519's own, or r and s of ECDSA with SHA-256,
  /// each from 1 to n-1, as JOSE writes them.
  [[nodiscard]] bool verifies(std::string_view bytes, std::string_view signature) const;

  /// By certificate.
  friend bool operator==(const verifying_key& a, const verifying_key& b) noexcept { return a.key_id() == b.key_id(); }

private:
  struct impl;
  explicit verifying_key(std::shared_ptr<const impl> of) : impl_(std::move(of)) {}

  std::shared_ptr<const impl> impl_;
};

} // namespace mpac::security
