// The coordinator's private key with the certificates that speak for it (SPEC 23.1.3.1).
#pragma once

#include "base/result.hpp"
#include "security/verifying_key.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace mpac::security {

/// Signs as its certificate says: Ed25519, or ECDSA on P-256 with SHA-256. Cheap to copy; all copies may be used by any
/// threads at once. What it holds is wiped with the last copy.
class signing_key {
public:
  /// From an unencrypted PEM private key and its certificates, the leaf first. The error says what does not fit, and
  /// nothing of the key.
  [[nodiscard]] static base::result<signing_key, std::string> of(std::string_view private_key_pem,
                                                                 std::string_view certificate_chain_pem);
  /// From two files, the key's readable by its owner alone; the error names the file.
  [[nodiscard]] static base::result<signing_key, std::string> load(const std::filesystem::path& key_file,
                                                                   const std::filesystem::path& certificate_file);

  /// The 64 bytes that `verifying_key::verifies` takes. Throws std::runtime_error when the system has no randomness.
  [[nodiscard]] std::string sign(std::string_view bytes) const;
  [[nodiscard]] const verifying_key& verifying() const noexcept;
  /// PEM, the leaf first, nothing else between them.
  [[nodiscard]] const std::string& certificate_chain() const noexcept;

private:
  struct impl;
  explicit signing_key(std::shared_ptr<const impl> of) : impl_(std::move(of)) {}

  std::shared_ptr<const impl> impl_;
};

} // namespace mpac::security
