// The files that say which hashes of credentials are known, and what they grant (SPEC 23.1.4): TOML.
#pragma once

#include "base/clock.hpp"
#include "config/loader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::config {

/// One `[[key]]` of auth.api_keys_file, or one `[[certificate]]` of auth.mtls.fingerprints_file.
struct credential_entry {
  std::string sha256; ///< as written
  std::string principal_id;
  std::optional<std::vector<std::string>> roles, sessions; ///< absent where they were not written
  std::string tenant;
  base::instant expires_at = base::never;
  origin sha256_at;
};

/// The entries of the list `name` ("key", "certificate"), or every mistake. Neither repeats what a hash was said to be:
/// it may be the secret itself, put there by mistake.
[[nodiscard]] base::result<std::vector<credential_entry>, problems> read_credential_file(const document& file,
                                                                                         const std::string& name);

} // namespace mpac::config
