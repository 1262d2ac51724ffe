// Makes what TLS is spoken with out of the files that the configuration names.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"
#include "net/tls_context.hpp"

#include <memory>
#include <string>

namespace mpac::cluster {

using loaded_tls = base::result<std::shared_ptr<const net::tls_context>, std::string>;

/// Null where no certificate is configured: plain TCP. The error names key, file and reason, and nothing of the key;
/// a private key that others than its owner can touch is one. Blocks on the disk.
[[nodiscard]] loaded_tls load_tls(const config::tls_settings& from);
[[nodiscard]] loaded_tls load_tls(const config::admin_tls_settings& from);

/// What an operator should hear of a certificate that has run out, or soon will; empty: nothing.
[[nodiscard]] std::string certificate_warning(const net::tls_context* used, const std::string& cert_file);

} // namespace mpac::cluster
