// From the files that `[auth]` names to what judges credentials by them (SPEC 23.1.4).
#pragma once

#include "config/settings.hpp"
#include "security/credential_verifier.hpp"

#include <memory>
#include <string>
#include <vector>

namespace mpac::cluster {

/// Each reads its files, blocking; null after a fault was added, which names the file and, where that helps, the place.
/// Nothing of what a file holds is repeated, but names of keys and principals.
using faults_found = std::vector<std::string>;
using judge = std::shared_ptr<const security::credential_verifier>;

[[nodiscard]] judge read_token_keys(const config::jwt_settings& how, faults_found& faults);
[[nodiscard]] judge read_api_keys(const std::string& file, faults_found& faults);
[[nodiscard]] judge read_fingerprints(const std::string& file, faults_found& faults);
[[nodiscard]] judge read_trust_anchors(const std::string& file, const std::string& crl_file, faults_found& faults);

} // namespace mpac::cluster
