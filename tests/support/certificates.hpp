// Certificates made for a test: authorities, servers and clients, good ones and such as have run out.
#pragma once

#include <string>

namespace mpac::tests {

/// What a certificate shall say.
struct certificate_wish {
  std::string name = "hub";                       ///< the subject's common name
  std::string alternative_names = "IP:127.0.0.1"; ///< as OpenSSL writes them; empty: none
  int valid_from_days = -1;                       ///< from now
  int valid_until_days = 30;
  bool is_authority = false;
};

/// A certificate and its key (ECDSA P-256).
struct identity {
  std::string certificate_pem;
  std::string key_pem;
  std::string certificate_der;
};

/// Throws std::runtime_error if OpenSSL will not.
[[nodiscard]] identity self_signed(const certificate_wish& wish = {});
[[nodiscard]] identity issued_by(const identity& authority, const certificate_wish& wish = {});
[[nodiscard]] inline identity make_authority(const std::string& name) {
  return self_signed({.name = name, .alternative_names = "", .is_authority = true});
}

/// The key as its owner would keep it behind a passphrase.
[[nodiscard]] std::string encrypted_key(const identity& of, const std::string& passphrase);

} // namespace mpac::tests
