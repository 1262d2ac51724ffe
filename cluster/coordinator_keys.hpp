// The coordinator's key and its former certificates, from the files that the configuration names (SPEC 23.1.3.1).
#pragma once

#include "config/settings.hpp"
#include "security/signing_key.hpp"

#include <memory>
#include <string>
#include <vector>

namespace mpac::cluster {

// Both throw std::runtime_error with the key of the configuration and what is wrong with its file.

/// Null where the hub does not sign.
[[nodiscard]] std::shared_ptr<const security::signing_key> coordinator_key(const config::coordinator_settings& from);

/// What the coordinator signed with before, a PEM text for each certificate.
[[nodiscard]] std::vector<std::string> former_certificates(const config::coordinator_settings& from);

} // namespace mpac::cluster
