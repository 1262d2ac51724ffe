// Makes a coordinator's or a participant's key and the certificate that speaks for it (SPEC 23.1.3.1, 23.1.6).
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "security/verifying_key.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace mpac::security {

enum class key_type { ed25519, p256 };

/// Whose key it is: it decides the name of the files, and whether the certificate has an alternative name.
enum class key_holder { coordinator, participant };

struct key_order {
  key_type type = key_type::ed25519;
  /// The certificate's common name: of a participant its principal id; of a coordinator also the end of its subject
  /// alternative name, `urn:mpac:coordinator:<name>`. 1 to 64 bytes of UTF-8.
  std::string common_name;
  base::instant valid_from{};
  std::chrono::days valid_for{3650};
  key_holder holder = key_holder::coordinator;
};

struct key_pair {
  std::string private_key_pem; ///< PKCS #8, unencrypted
  std::string certificate_pem; ///< self-signed; for signatures alone, it certifies nobody else
};

/// The error is a sentence.
[[nodiscard]] base::result<key_pair, std::string> generate_key(const key_order& what);

/// What `write_key_pair` has written.
struct key_files {
  std::filesystem::path key, certificate;
  std::string key_id; ///< verifying_key::key_id
};

/// Makes a key and writes it to `coordinator.key` or `participant.key`, which its owner alone can read, and its
/// certificate beside it, `.pem`, in a folder that is made if missing. Files that are there are left alone: that is an
/// error.
[[nodiscard]] base::result<key_files, std::string> write_key_pair(const key_order& what,
                                                                  const std::filesystem::path& folder);

} // namespace mpac::security
